"""The queue: what burns comes first. Time left is computed when read, and pages are found by key, never by counting.

Among the open ones, cases with a legal deadline come first, the earliest on top; then those without, the latest report
on top. Ended and imported ones come by their report, the latest first.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Function, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from core.access import Actor, Operation
from incidents.models import Incident, IncidentClock
from incidents.queries import may_see
from incidents.queue_filters import AMONG_OPEN, SHORT, Filter, condition, legal, mark, running, shelf
from incidents.search import Asked, asked_for, filled, found, matches
from incidents.sources import Ids, behind, seen_by, together

PAGE = 25
FEW = 2_000  # so many ids are looked up one by one; with more, the order of the list meets a page of them soon
NEAR, FAR = 2_000, 30_000  # how far along the order


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


Rows = list[tuple[Cursor, Incident]]


def listed(session: Session, actor: Actor, chosen: Filter, asked: str, cursor: Cursor | None, now: datetime) -> Listed:
    """One page of the cases this actor may see, in the order of the queue."""
    question = asked_for(asked)
    wanted = may_see(actor, Operation.LIST_CASES)
    wanted &= shelf(chosen) if chosen is Filter.SHORT else condition(session, actor, chosen, now)  # it is in the order
    sources = [together(one) for one in (seen_by(session, actor, Operation.LIST_CASES), behind(session, actor, chosen))
               if one is not None]  # fmt: skip
    order = _Order(session, chosen, cursor, now)
    if question is not None:
        wanted &= matches(session, question)
        sources.append(found(session, question, mark(chosen)))
    rows = _rows(order, wanted, sources, question)
    shown = rows[:PAGE]
    return Listed(tuple(one for _, one in shown), str(shown[-1][0]) if len(rows) > PAGE else "")


def last_ended(session: Session, actor: Actor) -> datetime | None:
    """When the latest case was closed, for the empty queue."""
    wanted, only = may_see(actor, Operation.LIST_CASES), seen_by(session, actor, Operation.LIST_CASES)
    query = select(Incident.closed_at).where(wanted, Incident.closed_at.is_not(None))
    if only is not None:
        query = query.where(Incident.id.in_(together(only)))
    return session.scalar(query.order_by(Incident.closed_at.desc()).limit(1))


def _rows(order: "_Order", wanted: ColumnElement[bool], sources: Sequence[Ids], question: Asked | None) -> Rows:
    """Two plans. A source that names few cases leads to them; when all name many, the order of the list is walked and
    soon meets a page of them. Where it does not (many, but all far down), the index is asked month by month, or where
    deadlines are the order, for all of them."""
    if not sources:
        return order.page(wanted)
    for source in sources:
        few = order.session.scalars(source.limit(FEW + 1)).all()
        if len(few) <= FEW:
            return order.page(wanted & Incident.id.in_(set(few))) if few else []
    rows = order.walk(wanted, NEAR)
    if rows is None and question is not None and not order.burns:
        return order.by_month(wanted, question)
    rows = order.walk(wanted, FAR) if rows is None else rows
    return order.page(wanted & Incident.id.in_(sources[-1])) if rows is None else rows


@dataclass(frozen=True, slots=True)
class _Order:
    """The order of one list from the row after the cursor on."""

    session: Session
    chosen: Filter
    cursor: Cursor | None
    now: datetime

    @property
    def burns(self) -> bool:
        """Whether what has a deadline is to come first, and the cursor is still there."""
        return self.chosen in AMONG_OPEN and (self.cursor is None or self.cursor.by_deadline)

    def page(self, wanted: ColumnElement[bool]) -> Rows:
        """The rows of a page and one more, if there is one."""
        rows = self._burning(wanted) if self.burns else []
        return rows if len(rows) > PAGE else rows + self._quiet(wanted, PAGE + 1 - len(rows))

    def walk(self, wanted: ColumnElement[bool], reach: int) -> Rows | None:
        """The same, without looking further than `reach` rows of each part; None when they end before the page does."""
        rows: Rows = []
        if self.burns:
            due = select(IncidentClock.due_at).where(*self._due()).order_by(IncidentClock.due_at)
            more, last = self._end(due, reach, func.max)
            rows = self._burning(wanted if last is None else wanted & (IncidentClock.due_at <= last))
            if len(rows) > PAGE or more:
                return rows if len(rows) > PAGE else None
        order = select(Incident.reported_at).where(shelf(self.chosen), *self._before())
        more, last = self._end(order.order_by(Incident.reported_at.desc()), reach, func.min)
        reached = wanted if last is None else wanted & (Incident.reported_at >= last)
        rows += self._quiet(reached, PAGE + 1 - len(rows))
        return None if more and len(rows) <= PAGE else rows

    def by_month(self, wanted: ColumnElement[bool], question: Asked) -> Rows:
        """The cases that a question names, from the latest month backwards until they fill the page."""
        rows: Rows = []
        for month in self._months(question):
            named = found(self.session, question, mark(self.chosen), f"+{month:%Y%m}")
            within = (Incident.reported_at >= month) & (Incident.reported_at < _after(month))
            rows += self._quiet(wanted & within & Incident.id.in_(named), PAGE + 1 - len(rows))
            if len(rows) > PAGE:
                break
        return rows

    def _months(self, question: Asked) -> Iterator[datetime]:
        """The starts of the months (UTC) after the cursor that the index names a case of, the latest first."""
        moments = select(Incident.reported_at).where(shelf(self.chosen), *self._before()).limit(1)
        newest = self.session.scalar(moments.order_by(Incident.reported_at.desc()))
        oldest = self.session.scalar(moments.order_by(Incident.reported_at))
        if newest is None or oldest is None:
            return
        years = [str(year) for year in range(newest.year, oldest.year - 1, -1)]
        named = filled(self.session, question, mark(self.chosen), [f"+{year}" for year in years])
        for year in (year for year in years if f"+{year}" in named):
            months = [f"+{year}{number:02}" for number in range(12, 0, -1)]
            inside = filled(self.session, question, mark(self.chosen), months)
            yield from (datetime.strptime(f"{one}Z", "+%Y%m%z") for one in months if one in inside)

    def _end(
        self, order: Select[datetime] | Select[datetime | None], reach: int, last: Callable[..., Function[datetime]]
    ) -> tuple[bool, datetime | None]:
        """Whether the order has as many rows as that, and the moment of the last one within."""
        reached = order.limit(reach).subquery()
        number, moment = self.session.execute(select(func.count(), last(reached.c[0])).select_from(reached)).one()
        return number == reach, moment

    def _burning(self, wanted: ColumnElement[bool]) -> Rows:
        """By the earliest open legal deadline of each case: the index of deadlines leads, and ends with the page."""
        due, sooner = IncidentClock, aliased(IncidentClock)
        before = or_(sooner.due_at < due.due_at, and_(sooner.due_at == due.due_at, sooner.id < due.id))
        earlier = select(sooner.id).where(sooner.incident_id == due.incident_id, *legal(sooner), before)
        query = select(Incident, due.due_at).join(due, due.incident_id == Incident.id)
        query = query.where(*self._due(), ~earlier.exists(), wanted).order_by(due.due_at, due.incident_id)
        found = self.session.execute(query.limit(PAGE + 1).options(selectinload(Incident.clocks)))
        return [(Cursor(True, due_at, one.id), one) for one, due_at in found if due_at]

    def _quiet(self, wanted: ColumnElement[bool], most: int) -> Rows:
        """Without a deadline, by the report. What is due soon has one."""
        if self.chosen is Filter.SHORT:
            return []
        query = select(Incident).where(wanted, shelf(self.chosen), *self._before())
        if self.chosen in AMONG_OPEN:
            query = query.where(~running())
        query = query.order_by(Incident.reported_at.desc(), Incident.id.desc()).limit(most)
        found = self.session.scalars(query.options(selectinload(Incident.clocks)))
        return [(Cursor(False, one.reported_at, one.id), one) for one in found]

    def _due(self) -> list[ColumnElement[bool]]:
        """The legal deadlines after the cursor, up to where the filter ends."""
        due, cursor = IncidentClock, self.cursor
        conditions = [*legal(due)]
        if self.chosen is Filter.SHORT:
            conditions.append(due.due_at < self.now + SHORT)
        if cursor is not None:
            later = and_(due.due_at == cursor.at, due.incident_id > cursor.id)
            conditions += [due.due_at >= cursor.at, or_(due.due_at > cursor.at, later)]
        return conditions

    def _before(self) -> list[ColumnElement[bool]]:
        """The cases after the cursor, which were reported before it."""
        cursor = self.cursor
        if cursor is None or cursor.by_deadline:
            return []
        earlier = and_(Incident.reported_at == cursor.at, Incident.id < cursor.id)
        return [Incident.reported_at <= cursor.at, or_(Incident.reported_at < cursor.at, earlier)]


def _after(month: datetime) -> datetime:
    return (month + timedelta(days=32)).replace(day=1)
