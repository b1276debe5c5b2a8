"""The filters of the queue as conditions: which cases stand behind each, for one reader at one moment."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from core.access import CHAIR, Actor, Operation, Role
from core.errors import N_
from incidents.case_facts import HOUSE
from incidents.chair import sits_in_the_chair
from incidents.commission_models import Assessment, Commission, CommissionSeat, Opinion
from incidents.countersigning import kinds_for, not_about
from incidents.models import Countersign, Incident, IncidentClock
from incidents.opinions import unanswered
from incidents.stand_in import stands_in
from incidents.states import ENDED
from notifications.promises import promised_by

SHORT = timedelta(hours=24)


class Filter(StrEnum):
    OPEN = "open"
    MINE = "mine"
    FREE = "free"
    SHORT = "short"
    ENDED = "ended"
    HISTORY = "history"


AMONG_OPEN = (Filter.OPEN, Filter.MINE, Filter.FREE, Filter.SHORT)
FILTER_LABELS = {
    Filter.OPEN: N_("All open"),
    Filter.MINE: N_("Waiting for me"),
    Filter.FREE: N_("Without owner"),
    Filter.SHORT: N_("Due within 24 h"),
    Filter.ENDED: N_("Ended"),
    Filter.HISTORY: N_("Imported history"),
}


def is_open() -> ColumnElement[bool]:
    """In the words of the partial index `ix_incident_open`. Imported cases are history and stand in their own."""
    return Incident.state.not_in(_ended_states()) & Incident.external_id.is_(None)


def is_ended() -> ColumnElement[bool]:
    """In the words of `ix_incident_ended`."""
    return Incident.state.in_(_ended_states()) & Incident.external_id.is_(None)


def _ended_states() -> list[ColumnElement[str]]:
    """As they are written in the index, not as values: else SQLite cannot know that they are the same."""
    return [literal_column(f"'{state}'") for state in sorted(ENDED)]


def shelf(chosen: Filter) -> ColumnElement[bool]:
    """The part of the cases that a filter is about; each part has an index by when a case was reported."""
    if chosen is Filter.HISTORY:
        return Incident.external_id.is_not(None)
    return is_open() if chosen in AMONG_OPEN else is_ended()


def mark(chosen: Filter) -> str:
    """The same part as the index of words knows it."""
    return "+history" if chosen is Filter.HISTORY else "+open" if chosen in AMONG_OPEN else "+ended"


def condition(session: Session, actor: Actor, chosen: Filter, now: datetime) -> ColumnElement[bool]:
    """What a filter lets through, asked of the row of a case."""
    match chosen:
        case Filter.MINE:
            return is_open() & _waits_for(session, actor)
        case Filter.FREE:
            return is_open() & Incident.owner_id.is_(None)
        case Filter.SHORT:
            return is_open() & running(due_before=now + SHORT)
    return shelf(chosen)


_CLOCK = aliased(IncidentClock)


def running(*, due_before: datetime | None = None) -> ColumnElement[bool]:
    """Whether the case has an open legal deadline (before that moment)."""
    soon = () if due_before is None else (_CLOCK.due_at < due_before,)
    return select(_CLOCK.id).where(_CLOCK.incident_id == Incident.id, *legal(_CLOCK), *soon).exists()


def legal(clock: type[IncidentClock]) -> tuple[ColumnElement[bool], ...]:
    """Open, with a deadline, and of a law."""
    return clock.stopped_at.is_(None), clock.due_at.is_not(None), clock.regime != HOUSE


def _waits_for(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Mine, free for me to take, waiting for my signature, my assessment, my opinion as DPO, or an answer of the notice
    that I have promised."""
    doors = [Incident.owner_id == actor.id, _awaits_assessment(actor)]
    if takes(actor):
        doors.append(Incident.owner_id.is_(None))
    if CHAIR in actor.roles:
        doors.append(Incident.owner_id.is_(None) & stands_in(actor))
    if actor.may(Operation.COUNTERSIGN):
        doors.append(_awaits_signature(session, actor))
    if actor.may(Operation.OPINE):
        doors.append(select(Opinion.id).where(Opinion.incident_id == Incident.id, unanswered()).exists())
    if actor.may(Operation.READ_NOTICE):
        doors.append(promised_by(actor.id, Incident.id))
    return or_(*doors)


def takes(actor: Actor) -> bool:
    """Whether a case without an owner waits for this person."""
    return actor.may(Operation.TAKE_CASE) and Role.HEAD not in actor.roles


def _awaits_signature(session: Session, actor: Actor) -> ColumnElement[bool]:
    waiting = select(Countersign.id).where(
        Countersign.incident_id == Incident.id,
        Countersign.state == "waiting",
        Countersign.proposed_by != actor.id,
        not_about(actor),
    )
    by_role = waiting.where(Countersign.kind.in_(kinds_for(actor))).exists()
    return by_role | (waiting.exists() & sits_in_the_chair(session, actor))


def _awaits_assessment(actor: Actor) -> ColumnElement[bool]:
    given = select(Assessment.user_id).where(Assessment.commission_id == Commission.id, Assessment.user_id == actor.id)
    seat = select(CommissionSeat.user_id).join(Commission, Commission.id == CommissionSeat.commission_id)
    return seat.where(
        Commission.incident_id == Incident.id,
        Commission.closed_at.is_(None),
        CommissionSeat.user_id == actor.id,
        CommissionSeat.active,
        CommissionSeat.recused_at.is_(None),
        ~given.exists(),
    ).exists()
