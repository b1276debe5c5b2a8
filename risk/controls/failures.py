"""From "not in order" to "confirmed": found by one, mended by one, looked at by another."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict
from core.keys import INSTANCE, seal, unseal
from core.organisation import organisation
from risk.control_status import Result, due_after
from risk.controls.failure_states import FailureState, move, require_another
from risk.controls.models import ControlFailure
from risk.mails import tell_confirmed, tell_given_back, tell_mended
from risk.models import Control, ControlCheck

NONE_OPEN = N_("The control does not wait for this any more. Load the page again and look.")


class GiveBackForm(BaseModel):
    fault: Annotated[str, Field(min_length=10, max_length=2000)]


def note_result(session: Session, actor: Actor, control: Control, check: ControlCheck, now: datetime) -> None:
    """A latest check that failed opens a failure or opens it again; one that did not says that it is mended."""
    failure = open_failure(session, control)
    if check.result == Result.FAIL:
        _fail(session, control, failure, check, now)
    elif failure is not None and failure.state == FailureState.FAILED:
        failure.state = move(failure.state, FailureState.MENDED)
        failure.mended_by, failure.mended_at = actor.id, now
        failure.given_back_by, failure.given_back_sealed = "", ""
        record(session, actor, "control:mended", control.code, now)
        tell_mended(session, control, check.id, actor.id, now)


def confirm(session: Session, actor: Actor, control: Control, now: datetime) -> None:
    """Somebody else has looked: it is in order again.

    Raises:
        Conflict: nothing waits to be confirmed, or the same person said that it is mended.
    """
    failure = _waiting(session, actor, control)
    failure.state = move(failure.state, FailureState.CONFIRMED)
    failure.confirmed_by, failure.confirmed_at = actor.id, now
    record(session, actor, "control:confirmed", control.code, now)
    tell_confirmed(session, control, failure.id, failure.mended_by, actor.id, now)


def give_back(session: Session, actor: Actor, control: Control, form: GiveBackForm, now: datetime) -> None:
    """Somebody else has looked, and it is not in order yet: it is due again within its days of grace.

    Raises:
        Conflict: nothing waits to be confirmed, or the same person said that it is mended.
    """
    failure = _waiting(session, actor, control)
    failure.state = move(failure.state, FailureState.FAILED)
    failure.given_back_by = actor.id
    failure.given_back_sealed = seal(session, INSTANCE, _place(failure), form.fault)
    zone = organisation(session).zone
    today = now.astimezone(ZoneInfo(zone)).date()
    control.next_due_at = due_after(Result.FAIL, today, control.interval, control.grace, zone)
    record(session, actor, "control:given_back", control.code, now, changes={"reason": (None, form.fault)})
    tell_given_back(session, control, f"{failure.id}:{failure.mended_at}", failure.mended_by, now)


def open_failure(session: Session, control: Control) -> ControlFailure | None:
    return open_failures(session, [control.code]).get(control.code)


def open_failures(session: Session, codes: Sequence[str] | None = None) -> dict[str, ControlFailure]:
    """What is not in order, or not confirmed yet, by control."""
    still = select(ControlFailure).where(ControlFailure.state != FailureState.CONFIRMED)
    if codes is not None:
        still = still.where(ControlFailure.control_code.in_(codes))
    return {failure.control_code: failure for failure in session.scalars(still)}


def why_given_back(session: Session, failure: ControlFailure) -> str:
    return unseal(session, INSTANCE, _place(failure), failure.given_back_sealed)


def _fail(
    session: Session, control: Control, failure: ControlFailure | None, check: ControlCheck, now: datetime
) -> None:
    if failure is None:
        failure = ControlFailure(id=new_id(), control_code=control.code, check_id=check.id, failed_at=now)
        failure.state = FailureState.FAILED.value
        session.flush()  # the check it points to
        session.add(failure)
    elif failure.state == FailureState.MENDED:
        failure.state = move(failure.state, FailureState.FAILED)


def _waiting(session: Session, actor: Actor, control: Control) -> ControlFailure:
    failure = open_failure(session, control)
    if failure is None or failure.state != FailureState.MENDED:
        raise Conflict(NONE_OPEN)
    require_another(failure.mended_by, actor.id)
    return failure


def _place(failure: ControlFailure) -> str:
    return f"control_failure.given_back:{failure.id}"
