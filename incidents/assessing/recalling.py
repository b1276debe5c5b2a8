"""Taking a case back from the commission: new facts, or too few left to answer. Its answers stay on record."""

from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import Conflict
from incidents.assessing.convening import STALE
from incidents.assessing.counting import close
from incidents.assessing.departing import DEPARTURE, DEPARTURE_BY_CHAIR
from incidents.assessing.seats import commission_of, lock
from incidents.countersigning import withdraw_kinds
from incidents.models import Incident
from incidents.states import State, move


class RecallForm(BaseModel):
    version: int
    recall_reason: str = Field(min_length=3, max_length=1000)


def recall(session: Session, actor: Actor, incident: Incident, form: RecallForm, now: datetime) -> None:
    """End the round and put the case under review again; the next commission is a new round.

    Raises:
        Conflict: the case is not being assessed, or was changed meanwhile.
    """
    incident = lock(session, incident)
    if form.version != incident.version:
        raise Conflict(STALE)
    incident.state = move(State(incident.state), State.UNDER_REVIEW)
    withdraw_kinds(session, actor, incident, {DEPARTURE, DEPARTURE_BY_CHAIR}, now)
    commission = commission_of(session, incident)
    if commission is not None:
        close(commission, now)
    session.flush()
    record(session, actor, "commission:recalled", incident.reference, now, case=incident.id,
           changes={"reason": (None, form.recall_reason)})  # fmt: skip
