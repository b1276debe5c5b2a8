"""The queue: what burns comes first. Time left is computed when read, and pages are found by key, never by counting.

Cases with an open legal deadline come first, the earliest on top; then those without, the latest report on top.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session, selectinload

from core.access import CHAIR, Actor, Operation, Role
from core.errors import N_
from incidents.case_facts import HOUSE
from incidents.chair import sits_in_the_chair
from incidents.commission_models import Assessment, Commission, CommissionSeat
from incidents.models import Countersign, Incident, IncidentClock
from incidents.queries import may_see
from incidents.search import matches
from incidents.stand_in import stands_in
from incidents.states import ENDED

PAGE = 25
SHORT = timedelta(hours=24)


class Filter(StrEnum):
    OPEN = "open"
    MINE = "mine"
    FREE = "free"
    SHORT = "short"
    ENDED = "ended"
    HISTORY = "history"


FILTER_LABELS = {
    Filter.OPEN: N_("All open"),
    Filter.MINE: N_("Waiting for me"),
    Filter.FREE: N_("Without owner"),
    Filter.SHORT: N_("Due within 24 h"),
    Filter.ENDED: N_("Ended"),
    Filter.HISTORY: N_("Imported history"),
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of the page before: its deadline, or when it was reported, and its id."""

    by_deadline: bool
    at: datetime
    id: str

    def __str__(self) -> str:
        return f"{'d' if self.by_deadline else 'r'}.{int(self.at.timestamp() * 1_000_000)}.{self.id}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """A cursor that was altered counts as none: the list starts from the top."""
        kind, _, rest = text.partition(".")
        micros, _, row_id = rest.partition(".")
        if kind not in {"d", "r"} or not micros.lstrip("-").isdecimal() or len(micros) > 17 or not row_id:
            return None
        return cls(kind == "d", datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(micros)), row_id)


@dataclass(frozen=True, slots=True)
class Listed:
    incidents: tuple[Incident, ...]
    next: str


def listed(session: Session, actor: Actor, chosen: Filter, asked: str, cursor: Cursor | None, now: datetime) -> Listed:
    """One page of the cases this actor may see, in the order of the queue."""
    due = _deadlines()
    wanted = and_(may_see(actor, Operation.LIST_CASES), condition(session, actor, chosen, now), matches(asked))
    rows: list[tuple[Cursor, Incident]] = []
    if cursor is None or cursor.by_deadline:
        burning = _with_deadline(due, wanted, cursor).limit(PAGE + 1)
        rows = [(Cursor(True, row.due_at, row.Incident.id), row.Incident) for row in session.execute(burning)]
        cursor = None
    if len(rows) <= PAGE:
        quiet = _without_deadline(due, wanted, cursor).limit(PAGE + 1 - len(rows))
        rows += [(Cursor(False, one.reported_at, one.id), one) for one in session.scalars(quiet)]
    shown = rows[:PAGE]
    return Listed(tuple(one for _, one in shown), str(shown[-1][0]) if len(rows) > PAGE else "")


def counts(session: Session, actor: Actor, now: datetime) -> dict[Filter, int]:
    """How many cases stand behind each filter, for this actor; one pass over the rows."""
    sums = [func.sum(case((condition(session, actor, chosen, now), 1), else_=0)) for chosen in Filter]
    row = session.execute(select(*sums).select_from(Incident).where(may_see(actor, Operation.LIST_CASES))).one()
    return {chosen: number or 0 for chosen, number in zip(Filter, row, strict=True)}


def count(session: Session, actor: Actor, chosen: Filter, now: datetime) -> int:
    query = select(func.count()).select_from(Incident)
    found = query.where(may_see(actor, Operation.LIST_CASES), condition(session, actor, chosen, now))
    return session.scalar(found) or 0


def condition(session: Session, actor: Actor, chosen: Filter, now: datetime) -> ColumnElement[bool]:
    """What a filter lets through. Imported cases are history and stand in their own."""
    imported = Incident.external_id.is_not(None)
    is_open = and_(Incident.state.not_in(ENDED), not_(imported))
    match chosen:
        case Filter.OPEN:
            return is_open
        case Filter.MINE:
            return is_open & _waits_for(session, actor)
        case Filter.FREE:
            return is_open & Incident.owner_id.is_(None)
        case Filter.SHORT:
            return is_open & _running().where(IncidentClock.due_at < now + SHORT).exists()
        case Filter.ENDED:
            return and_(Incident.state.in_(ENDED), not_(imported))
        case Filter.HISTORY:
            return imported


def last_ended(session: Session, actor: Actor) -> datetime | None:
    """When the latest case was closed, for the empty queue."""
    query = select(func.max(Incident.closed_at)).where(may_see(actor, Operation.LIST_CASES))
    found: Sequence[Row[datetime | None]] = session.execute(query).all()
    return found[0][0] if found else None


def _waits_for(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Mine, free for me to take, waiting for my signature, or for my assessment."""
    doors = [Incident.owner_id == actor.id, _awaits_assessment(actor)]
    if actor.may(Operation.TAKE_CASE) and Role.HEAD not in actor.roles:
        doors.append(Incident.owner_id.is_(None))
    if CHAIR in actor.roles:
        doors.append(Incident.owner_id.is_(None) & stands_in(actor))
    if actor.may(Operation.COUNTERSIGN):
        doors.append(_awaits_signature(session, actor))
    return or_(*doors)


def _awaits_signature(session: Session, actor: Actor) -> ColumnElement[bool]:
    waiting = select(Countersign.id).where(
        Countersign.incident_id == Incident.id, Countersign.state == "waiting", Countersign.proposed_by != actor.id
    )
    return waiting.exists() if Role.HEAD in actor.roles else waiting.exists() & sits_in_the_chair(session, actor)


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


def _running() -> Select[str]:
    return select(IncidentClock.id).where(
        IncidentClock.incident_id == Incident.id, IncidentClock.stopped_at.is_(None), IncidentClock.regime != HOUSE
    )


def _deadlines() -> Subquery:
    """The earliest open legal deadline of each case."""
    return (
        select(IncidentClock.incident_id, func.min(IncidentClock.due_at).label("due_at"))
        .where(IncidentClock.stopped_at.is_(None), IncidentClock.regime != HOUSE)
        .group_by(IncidentClock.incident_id)
        .subquery("deadline")
    )


def _with_deadline(due: Subquery, wanted: ColumnElement[bool], cursor: Cursor | None) -> Select[Incident, datetime]:
    query = select(Incident, due.c.due_at).join(due, due.c.incident_id == Incident.id).where(wanted)
    if cursor is not None:
        later = due.c.due_at > cursor.at
        query = query.where(or_(later, and_(due.c.due_at == cursor.at, Incident.id > cursor.id)))
    return query.order_by(due.c.due_at, Incident.id).options(selectinload(Incident.clocks))


def _without_deadline(due: Subquery, wanted: ColumnElement[bool], cursor: Cursor | None) -> Select[Incident]:
    query = select(Incident).where(wanted, Incident.id.not_in(select(due.c.incident_id)))
    if cursor is not None:
        earlier = Incident.reported_at < cursor.at
        query = query.where(or_(earlier, and_(Incident.reported_at == cursor.at, Incident.id < cursor.id)))
    return query.order_by(Incident.reported_at.desc(), Incident.id.desc()).options(selectinload(Incident.clocks))
