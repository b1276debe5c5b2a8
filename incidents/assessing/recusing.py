"""Stepping aside for a conflict of interest: whoever is close to the case does not judge it."""

from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict
from core.keys import seal
from incidents.assessing.admitting import own_seat
from incidents.assessing.counting import CLOSED, after_a_change_of_seats
from incidents.assessing.seats import lock
from incidents.commission_models import Commission
from incidents.models import Incident


class RecuseForm(BaseModel):
    reason: str = Field(min_length=3, max_length=500)


def recuse(
    session: Session, actor: Actor, incident: Incident, commission: Commission, form: RecuseForm, now: datetime
) -> None:
    """An answer already given no longer counts, a substitute steps in.

    Raises:
        NotFound: no seat in this commission.
        Conflict: the commission is closed, or this person does not sit in it any more.
    """
    incident = lock(session, incident)
    session.refresh(commission)
    seat = own_seat(session, actor, incident, commission)
    if commission.state == CLOSED:
        raise Conflict(N_("The commission is closed. Tell the manager about the conflict of interest."))
    seat.recused_at = now
    place = f"commission_seat.recusal:{commission.id}:{actor.id}"
    seat.recusal_sealed = seal(session, incident.id, place, form.reason)
    session.flush()
    record(session, actor, "commission:recused", incident.reference, now, case=incident.id,
           changes={"reason": (None, form.reason)})  # fmt: skip
    after_a_change_of_seats(session, actor, incident, commission, now)
