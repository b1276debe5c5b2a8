""" "Not mine": whoever keeps a control gives it back to the person responsible, with a reason."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict
from core.keys import INSTANCE, seal, unseal
from risk.mails import tell_handed_back
from risk.models import Control


class HandBackForm(BaseModel):
    reason: Annotated[str, Field(min_length=10, max_length=2000)]


def hand_back(session: Session, actor: Actor, control: Control, form: HandBackForm, now: datetime) -> None:
    """Leave the place of owner or deputy; the person responsible is told and finds somebody else.

    Raises:
        Conflict: it is this person's no longer.
    """
    if actor.id not in {control.owner_id, control.deputy_id}:
        raise Conflict(N_("The control is not yours any more."))
    control.owner_id = None if control.owner_id == actor.id else control.owner_id
    control.deputy_id = None if control.deputy_id == actor.id else control.deputy_id
    control.handed_back_by, control.handed_back_at = actor.id, now
    control.handed_back_sealed = seal(session, INSTANCE, _place(control), form.reason)
    record(session, actor, "control:handed_back", control.code, now, changes={"reason": (None, form.reason)})
    tell_handed_back(session, control, now.isoformat(), actor.id, now)


def taken_up(control: Control) -> None:
    """Somebody keeps it again, so what was said when it was given back has been heard."""
    control.handed_back_by, control.handed_back_at, control.handed_back_sealed = "", None, ""


def why_handed_back(session: Session, control: Control) -> str:
    return unseal(session, INSTANCE, _place(control), control.handed_back_sealed)


def _place(control: Control) -> str:
    return f"control.handed_back:{control.code}"
