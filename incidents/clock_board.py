"""The board: every running clock that this person may see, by how soon it ends. Found by key, page after page.

The index of open deadlines leads. Clocks without a deadline, to be done as soon as possible, come in a bucket of their
own after all others, the oldest first.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, contains_eager

from core.access import Actor, Operation
from core.bounded import bounded
from core.errors import N_
from incidents.models import Incident, IncidentClock
from incidents.queries import may_see
from incidents.queue_filters import legal
from incidents.urgency import CRITICAL, SOON

PAGE = 25
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Bucket(StrEnum):
    OVERDUE = "overdue"
    CRITICAL = "critical"
    SOON = "soon"
    LATER = "later"
    AS_SOON_AS_POSSIBLE = "as_soon_as_possible"


BUCKET_LABELS = {
    Bucket.OVERDUE: N_("Overdue"),
    Bucket.CRITICAL: N_("Less than 6 hours left"),
    Bucket.SOON: N_("Less than 24 hours left"),
    Bucket.LATER: N_("Later"),
    Bucket.AS_SOON_AS_POSSIBLE: N_("As soon as possible"),
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of the page before: its deadline, or the start of one without, and its id."""

    dated: bool
    at: datetime
    id: str

    def __str__(self) -> str:
        return f"{'d' if self.dated else 's'}.{(self.at - EPOCH) // timedelta(microseconds=1)}.{self.id}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """A cursor that was altered counts as none: the board starts from the top."""
        kind, _, rest = text.partition(".")
        micros, _, row_id = rest.partition(".")
        if kind not in {"d", "s"} or not micros.isdecimal() or len(micros) > 17 or not row_id:
            return None
        return cls(kind == "d", EPOCH + timedelta(microseconds=int(micros)), row_id)


@dataclass(frozen=True, slots=True)
class Listed:
    clocks: tuple[IncidentClock, ...]
    next: str


def bucket(due_at: datetime | None, now: datetime) -> Bucket:
    """Where a clock stands on the board."""
    if due_at is None:
        return Bucket.AS_SOON_AS_POSSIBLE
    left = due_at - now
    if left < timedelta(0):
        return Bucket.OVERDUE
    if left < CRITICAL:
        return Bucket.CRITICAL
    return Bucket.SOON if left <= SOON else Bucket.LATER


def in_buckets(clocks: tuple[IncidentClock, ...], now: datetime) -> list[tuple[Bucket, list[IncidentClock]]]:
    return [(key, list(rows)) for key, rows in groupby(clocks, key=lambda clock: bucket(clock.due_at, now))]


def board(session: Session, actor: Actor, cursor: Cursor | None) -> Listed:
    """One page of the running clocks this actor may see: by deadline, then those without one by their start."""
    rows: list[IncidentClock] = []
    if cursor is None or cursor.dated:
        rows = list(session.scalars(_dated(actor, cursor).limit(PAGE + 1)))
        cursor = None
    if len(rows) <= PAGE:
        rows += session.scalars(_undated(actor, cursor).limit(PAGE + 1 - len(rows)))
    shown = rows[:PAGE]
    return Listed(tuple(shown), str(_cursor(shown[-1])) if len(rows) > PAGE else "")


def soonest(session: Session, actor: Actor) -> IncidentClock | None:
    """The deadline of the law that ends first, or ended longest ago, among the cases this actor may see; no drill."""
    return session.scalar(_dated(actor, None).where(*legal(IncidentClock), Incident.drill.is_(False)).limit(1))


def sums(session: Session, actor: Actor, now: datetime) -> dict[Bucket, int]:
    """How many clocks stand in each bucket, for this actor; `MOST` + 1 says that there are more."""
    due = IncidentClock.due_at
    limits: dict[Bucket, ColumnElement[bool]] = {
        Bucket.OVERDUE: due < now,
        Bucket.CRITICAL: and_(due >= now, due < now + CRITICAL),
        Bucket.SOON: and_(due >= now + CRITICAL, due <= now + SOON),
        Bucket.LATER: due > now + SOON,
        Bucket.AS_SOON_AS_POSSIBLE: due.is_(None),
    }
    counted = [bounded(_running(actor).with_only_columns(IncidentClock.id).where(one)) for one in limits.values()]
    return dict(zip(limits, session.execute(select(*counted)).one(), strict=True))


def _cursor(clock: IncidentClock) -> Cursor:
    return Cursor(clock.due_at is not None, clock.due_at or clock.started_at, clock.id)


def _running(actor: Actor) -> Select[IncidentClock]:
    query = select(IncidentClock).join(Incident, Incident.id == IncidentClock.incident_id)
    query = query.where(IncidentClock.stopped_at.is_(None), _seen(actor))
    return query.options(contains_eager(IncidentClock.incident))


def _dated(actor: Actor, cursor: Cursor | None) -> Select[IncidentClock]:
    due, row_id = IncidentClock.due_at, IncidentClock.id
    query = _running(actor).where(due.is_not(None))
    if cursor is not None:
        query = query.where(due >= cursor.at, or_(due > cursor.at, row_id > cursor.id))
    return query.order_by(due, row_id)


def _undated(actor: Actor, cursor: Cursor | None) -> Select[IncidentClock]:
    started, row_id = IncidentClock.started_at, IncidentClock.id
    query = _running(actor).where(IncidentClock.due_at.is_(None))
    if cursor is not None:
        query = query.where(started >= cursor.at, or_(started > cursor.at, row_id > cursor.id))
    return query.order_by(started, row_id)


def _seen(actor: Actor) -> ColumnElement[bool]:
    return may_see(actor, Operation.LIST_CLOCKS)
