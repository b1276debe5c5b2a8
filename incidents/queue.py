"""The queue: what burns comes first. Time left is computed when read, and pages are found by key, never by counting.

Cases with an open legal deadline come first, the earliest on top; then those without, the latest report on top.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from core.access import Actor, Operation
from incidents.models import Incident, IncidentClock
from incidents.queries import may_see
from incidents.queue_filters import AMONG_OPEN, Filter, among, condition, legal, running
from incidents.search import matches

PAGE = 25


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
    wanted = and_(may_see(actor, Operation.LIST_CASES), condition(session, actor, chosen, now), matches(asked))
    rows: list[tuple[Cursor, Incident]] = []
    if cursor is None or cursor.by_deadline:
        burning = _with_deadline(wanted, cursor).limit(PAGE + 1)
        rows = [(Cursor(True, due_at, one.id), one) for one, due_at in session.execute(burning) if due_at]
        cursor = None
    if len(rows) <= PAGE:
        quiet = _without_deadline(wanted & among(chosen), cursor).limit(PAGE + 1 - len(rows))
        rows += [(Cursor(False, one.reported_at, one.id), one) for one in session.scalars(quiet)]
    shown = rows[:PAGE]
    return Listed(tuple(one for _, one in shown), str(shown[-1][0]) if len(rows) > PAGE else "")


def counts(session: Session, actor: Actor, now: datetime) -> dict[Filter, int]:
    """How many cases stand behind each filter, for this actor; the costly questions are asked of open cases only."""
    rest = [chosen for chosen in Filter if chosen not in AMONG_OPEN]
    return _sums(session, actor, AMONG_OPEN, now) | _sums(session, actor, rest, now)


def _sums(session: Session, actor: Actor, filters: Sequence[Filter], now: datetime) -> dict[Filter, int]:
    """Several counts in one pass over the rows; the filters are all among the open cases, or none is."""
    sums = [func.sum(case((condition(session, actor, chosen, now), 1), else_=0)) for chosen in filters]
    query = select(*sums).select_from(Incident).where(may_see(actor, Operation.LIST_CASES), among(filters[0]))
    row = session.execute(query).one()
    return {chosen: number or 0 for chosen, number in zip(filters, row, strict=True)}


def count(session: Session, actor: Actor, chosen: Filter, now: datetime) -> int:
    return _sums(session, actor, [chosen], now)[chosen]


def last_ended(session: Session, actor: Actor) -> datetime | None:
    """When the latest case was closed, for the empty queue."""
    query = select(func.max(Incident.closed_at)).where(may_see(actor, Operation.LIST_CASES))
    found: Sequence[Row[datetime | None]] = session.execute(query).all()
    return found[0][0] if found else None


def _with_deadline(wanted: ColumnElement[bool], cursor: Cursor | None) -> Select[Incident, datetime | None]:
    """By the earliest open legal deadline of each case: the index of open deadlines leads, and ends with the page."""
    due, sooner = IncidentClock, aliased(IncidentClock)
    before = or_(sooner.due_at < due.due_at, and_(sooner.due_at == due.due_at, sooner.id < due.id))
    earlier = select(sooner.id).where(sooner.incident_id == due.incident_id, *legal(sooner), before)
    query = select(Incident, due.due_at).join(due, due.incident_id == Incident.id)
    query = query.where(*legal(due), ~earlier.exists(), wanted)
    if cursor is not None:
        later = and_(due.due_at == cursor.at, due.incident_id > cursor.id)
        query = query.where(due.due_at >= cursor.at, or_(due.due_at > cursor.at, later))
    return query.order_by(due.due_at, due.incident_id).options(selectinload(Incident.clocks))


def _without_deadline(wanted: ColumnElement[bool], cursor: Cursor | None) -> Select[Incident]:
    query = select(Incident).where(wanted, ~running())
    if cursor is not None:
        earlier = and_(Incident.reported_at == cursor.at, Incident.id < cursor.id)
        query = query.where(Incident.reported_at <= cursor.at, or_(Incident.reported_at < cursor.at, earlier))
    return query.order_by(Incident.reported_at.desc(), Incident.id.desc()).options(selectinload(Incident.clocks))
