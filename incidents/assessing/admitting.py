"""Who may answer now. Whoever knows the case is told why not (409); everybody else finds nothing, as a stranger."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_, Conflict, NotFound
from identity.absence import Absences
from incidents.assessing.confirming import current_decision
from incidents.assessing.counting import CLOSED
from incidents.assessing.seats import panel_of
from incidents.commission import sitting
from incidents.commission_models import Commission, CommissionSeat
from incidents.models import Incident
from incidents.queries import visible
from incidents.states import State

ASSESSING = frozenset({State.IN_ASSESSMENT, State.DECIDED})  # decided in advance: the commission still answers
ASIDE = N_("You have stepped aside from this commission, so you cannot answer in it.")
RESERVE = N_("You are a substitute in reserve. You answer when somebody steps aside and you are called.")
ABSENT = N_("You are registered as away. End your absence on your profile first, then answer.")
DECIDED = N_("The decision has been signed. Your assessment can no longer be counted, and nothing was changed.")
TOO_LATE = N_("The commission is closed. Your assessment can no longer be counted.")


def own_seat(session: Session, actor: Actor, incident: Incident, commission: Commission) -> CommissionSeat:
    """The seat of whoever sits in this round.

    Raises:
        NotFound: no seat, or the case is not for this actor (any more).
        Conflict: stepped aside, or in reserve.
    """
    seat = session.get(CommissionSeat, (commission.id, actor.id), populate_existing=True)
    if seat is None or not session.scalar(select(visible(actor).where(Incident.id == incident.id).exists())):
        raise NotFound()
    if actor.id in {sits.member for sits in sitting(panel_of(session, incident, commission))}:
        return seat
    raise Conflict(ASIDE if seat.recused_at is not None else RESERVE)


def admit(
    session: Session, actor: Actor, incident: Incident, commission: Commission, now: datetime, *, again: bool = False
) -> CommissionSeat:
    """The same for an answer: only while it can count. `again` is for correcting the own answer, which is possible
    until the decision is signed, also when everybody has answered.

    Raises:
        NotFound: as above.
        Conflict: as above; or away, decided, closed.
    """
    seat = own_seat(session, actor, incident, commission)
    if why := why_not(session, actor, incident, commission, now, again=again):
        raise Conflict(why)
    return seat


def why_not(
    session: Session, actor: Actor, incident: Incident, commission: Commission, now: datetime, *, again: bool = False
) -> str:
    """Why an answer of somebody with a seat cannot count at this moment; empty when it can."""
    decision = current_decision(session, commission)
    if decision is not None and not decision.in_advance:
        return DECIDED
    correctable = again and decision is None and incident.state == State.IN_ASSESSMENT
    if State(incident.state) not in ASSESSING or (commission.state == CLOSED and not correctable):
        return TOO_LATE
    return ABSENT if Absences(session, now).is_away(actor.id) else ""
