"""Which entries of the log a reader may see, newest first. An excluded case leaves no trace, not even a count.

Every question walks one index from the newest entry back, whatever else it asks: that of the object, of the action, of
the person, or of the time. A question for many actions walks each of them for one page and merges what it finds.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from heapq import merge
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.log_filter import Filter
from app.log_words import SENSITIVE, SENSITIVE_ACTIONS
from core.access import ANONYMOUS, SYSTEM, Actor, Operation
from core.audit.models import AuditEntry, AuditHead
from core.audit.sight import not_hidden_from
from core.errors import NotFound
from core.keys import INSTANCE
from incidents.models import Incident
from incidents.queries import may_see
from incidents.sealed import may_read_entry

PAGE = 50
REACH = 20_000  # entries of a person that one page looks through
AT_ONCE, AT_LEAST = 1_000, 100  # lines of a download: of all walks together, of each walk
COLUMNS = (AuditEntry.at, AuditEntry.seq, AuditEntry.actor, AuditEntry.action, AuditEntry.object, AuditEntry.entry,
           AuditEntry.leaf)  # fmt: skip
BUSY = (SYSTEM.id, ANONYMOUS.id)  # who has done so much that what was done finds it sooner
NEWEST_FIRST = (AuditEntry.at.desc(), AuditEntry.seq.desc())
Place = tuple[datetime, int]
Line = Row[datetime, int, str, str, str, bytes, bytes]  # begins with its place in the order


def may_read(actor: Actor) -> ColumnElement[bool]:
    """Entries of no case, and of cases that this reader sees; none of a step about the reader, and
    of what a member of the commission must not know yet."""
    seen = select(Incident.id).where(Incident.id == AuditEntry.case_id, may_see(actor, Operation.READ_LOG))
    visible = seen.scalar_subquery().is_not(None)  # not EXISTS: PostgreSQL would first gather every case that is seen
    return or_(AuditEntry.case_id == INSTANCE, visible) & not_hidden_from(actor.id) & may_read_entry(actor)


def page_of(
    session: Session, actor: Actor, asked: Filter, before: int | None, zone: str, now: datetime
) -> tuple[list[AuditEntry], int | None]:
    """One page, newest first, and the number of its last entry when there are older ones, or of the entry up to which
    it has looked: such a page may be short, or empty."""
    place = place_of(session, before) if before is not None else None
    end = _end_of_reach(session, asked, place, zone, now)
    found = newest(session, actor, asked, place, zone, now, PAGE + 1, end)
    if len(found) > PAGE:
        return found[:PAGE], found[PAGE - 1].seq
    return found, end[1] if end else None


def place_of(session: Session, seq: int) -> Place | None:
    """Where an entry stands in the order of time; nowhere when there is none of this number."""
    at = session.scalar(select(AuditEntry.at).where(AuditEntry.seq == seq))
    return (at, seq) if at else None


def newest(
    session: Session, actor: Actor, asked: Filter, before: Place | None, zone: str, now: datetime, count: int,
    end: Place | None = None,
) -> list[AuditEntry]:  # fmt: skip
    """The newest entries before a place that match the filter and that this reader may see, back to `end`."""
    questions = walks(session, actor, asked, before, zone, now)
    if end:
        questions = [each.where(_place() >= end) for each in questions]
    if len(questions) == 1:
        return list(session.scalars(questions[0].order_by(*NEWEST_FIRST).limit(count)))
    parts = [each.with_only_columns(AuditEntry.seq).order_by(*NEWEST_FIRST).limit(count) for each in questions]
    numbers = union_all(*(select(part.subquery().c.seq) for part in parts))
    return list(
        session.scalars(select(AuditEntry).where(AuditEntry.seq.in_(numbers)).order_by(*NEWEST_FIRST).limit(count))
    )


def oldest_first(session: Session, actor: Actor, asked: Filter, zone: str, now: datetime) -> Iterator[Line]:
    """All that match, for a download, as columns: some thousands in memory at a time, however many walks there are.
    What is written meanwhile is left out."""
    size = session.scalar(select(AuditHead.size)) or 0
    questions = walks(session, actor, asked, None, zone, now)
    each = max(AT_ONCE // len(questions), AT_LEAST)
    streams = (_stream(session, question.where(AuditEntry.seq < size), each) for question in questions)
    return merge(*streams)


def _place() -> ColumnElement[tuple[Any, ...]]:
    return tuple_(AuditEntry.at, AuditEntry.seq)


def _stream(session: Session, question: Select[AuditEntry], at_once: int) -> Iterator[Line]:
    """One walk from the oldest on, in parts, so that many walks can go on beside each other."""
    lines = question.with_only_columns(*COLUMNS).order_by(AuditEntry.at, AuditEntry.seq).limit(at_once)
    line = session.connection()
    found = line.execute(lines).all()
    while True:
        yield from found
        if len(found) < at_once:
            return
        found = line.execute(lines.where(_place() > tuple(found[-1][:2]))).all()


def walks(
    session: Session, actor: Actor, asked: Filter, before: Place | None, zone: str, now: datetime
) -> list[Select[AuditEntry]]:
    """One question for each walk along an index; together they are what the filter asks for, and no entry is in two."""
    column, values = _leading(session, asked)
    base = select(AuditEntry).where(
        may_read(actor), *_period(asked, before, zone, now), *_filters(session, asked, column)
    )
    return [base] if column is None else [base.where(column == value) for value in values]


def _period(asked: Filter, before: Place | None, zone: str, now: datetime) -> Iterator[ColumnElement[bool]]:
    since, until = asked.within(now, zone)
    if since:
        yield AuditEntry.at >= since
    if until:
        yield AuditEntry.at < until
    if before:
        yield _place() < before


def _end_of_reach(session: Session, asked: Filter, before: Place | None, zone: str, now: datetime) -> Place | None:
    """Up to where one page looks for some actions among all that a person did: to the start it takes minutes in a long
    log. Nowhere when the start is nearer."""
    column, _ = _leading(session, asked)
    if column is not AuditEntry.actor or not _actions(session, asked):
        return None
    walk = select(AuditEntry.at, AuditEntry.seq).where(
        AuditEntry.actor == asked.person, *_period(asked, before, zone, now)
    )
    reach = walk.order_by(*NEWEST_FIRST).limit(REACH).cte("reach")
    number = select(func.count()).select_from(reach).scalar_subquery()
    oldest = select(reach.c.at, reach.c.seq, number).order_by(reach.c.at, reach.c.seq).limit(1)
    found = session.execute(oldest).one_or_none()
    return (found[0], found[1]) if found and found[2] == REACH else None


def _leading(session: Session, asked: Filter) -> tuple[InstrumentedAttribute[str] | None, Sequence[str]]:
    """The column whose index is walked, and its values."""
    if asked.about:
        return AuditEntry.object, sorted({asked.about, asked.about.upper(), asked.about.lower()})
    actions = _actions(session, asked)
    if asked.person and asked.person not in BUSY and not (actions and _few(session, actions)):
        return AuditEntry.actor, [asked.person]
    if actions:
        return AuditEntry.action, actions
    return (AuditEntry.actor, [asked.person]) if asked.person else (None, ())


def _few(session: Session, actions: Sequence[str]) -> bool:
    some = select(AuditEntry.seq).where(AuditEntry.action.in_(actions)).limit(REACH + 1)
    return (session.scalar(select(func.count()).select_from(some.subquery())) or 0) <= REACH


def _filters(session: Session, asked: Filter, leading: InstrumentedAttribute[str] | None) -> list[ColumnElement[bool]]:
    """What is looked at in each entry that the walk meets. The empty text keeps a database from another index."""
    found = []
    if asked.person and leading is not AuditEntry.actor:
        found.append(AuditEntry.actor.concat("") == asked.person)
    if leading is not AuditEntry.action and (actions := _actions(session, asked)):
        found.append(AuditEntry.action.concat("").in_(actions))
    return found


def _actions(session: Session, asked: Filter) -> Sequence[str]:
    """The actions that the filter names. Those of a group are asked of the log: it may hold some that nobody has words
    for."""
    if asked.action:
        return [asked.action]
    if asked.group == SENSITIVE:
        return SENSITIVE_ACTIONS
    if not asked.group:
        return []
    return [action for action in actions_in_use(session) if action.startswith(f"{asked.group}:")] or [asked.group]


def actions_in_use(session: Session) -> list[str]:
    """Every action that the log holds: one step of the index for each."""
    first = select(func.min(AuditEntry.action).label("action")).cte(recursive=True)
    following = select(func.min(AuditEntry.action)).where(AuditEntry.action > first.c.action).scalar_subquery()
    known = first.union_all(select(following).where(first.c.action.is_not(None)))
    return [action for action in session.scalars(select(known.c.action)) if action]


def find_entry(session: Session, actor: Actor, seq: int) -> AuditEntry:
    """One entry by its number.

    Raises:
        NotFound: there is none, or it belongs to a case this reader does not see.
    """
    entry = session.scalar(select(AuditEntry).where(AuditEntry.seq == seq, may_read(actor)))
    if entry is None:
        raise NotFound()
    return entry


def neighbours(session: Session, actor: Actor, entry: AuditEntry) -> tuple[int | None, int | None]:
    """The numbers of the entry before and the entry after about the same object, of those that this reader may see."""
    here = (entry.at, entry.seq)
    about = select(AuditEntry.seq).where(AuditEntry.object == entry.object, may_read(actor)).limit(1)
    before = about.where(_place() < here).order_by(*NEWEST_FIRST)
    after = about.where(_place() > here).order_by(AuditEntry.at, AuditEntry.seq)
    return session.scalar(before), session.scalar(after)


def case_asked_for(session: Session, actor: Actor, asked: Filter) -> Incident | None:
    """The case whose reference the filter names, if this reader sees it."""
    wanted = select(Incident).where(Incident.reference == asked.about.upper(), may_see(actor, Operation.READ_LOG))
    return session.scalar(wanted) if asked.about else None
