"""The list of checklists, 25 at a time by key: what is to be done, the earliest due on top; then what is done, the last
first. A fixed number of queries, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from core.access import Actor
from core.bounded import bounded
from core.errors import N_
from core.i18n import translate
from identity.people import names
from risk.tasks.cards import TASKS
from risk.tasks.models import EventTask, EventTaskStep
from risk.tasks.rules import TASK_LABELS, task_state
from risk.tasks.service import person_of
from risk.tasks.sight import steps_of, visible_tasks
from risk.tasks.view import SHAPES

PAGE = 25
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FILTERS = {"open": N_("To do"), "mine": N_("Waits for me"), "late": N_("Late"), "done": N_("Done"), "all": N_("All")}


@dataclass(frozen=True, slots=True)
class Row:
    """One checklist in the list."""

    href: str
    title: str
    person: str
    level: str
    shape: str
    word: str
    due_at: datetime
    done: int
    total: int
    waits_for: str


@dataclass(frozen=True, slots=True)
class Place:
    """The last row of the page before: whether it is done, when it is due or was done, and its id."""

    done: bool
    at: datetime
    id: str

    @classmethod
    def of(cls, task: EventTask) -> "Place":
        return cls(task.done_at is not None, task.done_at or task.due_at, task.id)

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """A place that was altered counts as none: the list starts from the top."""
        part, _, rest = text.partition(".")
        micros, _, row_id = rest.partition(".")
        if part not in {"done", "open"} or not (micros.isdecimal() and row_id) or len(micros) > 17:
            return None
        return cls(part == "done", EPOCH + timedelta(microseconds=int(micros)), row_id)

    def __str__(self) -> str:
        micros = (self.at - EPOCH) // timedelta(microseconds=1)
        return f"{'done' if self.done else 'open'}.{micros}.{self.id}"


def counts(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    """How many rows each filter shows, in one query, each up to a bound."""
    some = [bounded(visible_tasks(actor).with_only_columns(EventTask.id).where(_is(kind, actor, now)))
            for kind in FILTERS]  # fmt: skip
    return dict(zip(FILTERS, session.execute(select(*some)).one(), strict=True))


def listed(
    session: Session, actor: Actor, chosen: str, after: Place | None, now: datetime, lang: str
) -> tuple[list[Row], str]:  # fmt: skip
    """One page, and where the next begins."""
    found = [] if chosen == "done" or (after and after.done) else _open(session, actor, chosen, after, now)
    if chosen in {"done", "all"} and len(found) <= PAGE:
        found += _done(session, actor, after if after and after.done else None, PAGE + 1 - len(found))
    tasks, following = found[:PAGE], str(Place.of(found[PAGE - 1])) if len(found) > PAGE else ""
    steps = steps_of(session, tasks)
    known = names(session, [step.owner_id for found in steps.values() for step in found])
    return [_row(session, task, steps[task.id], known, now, lang) for task in tasks], following


def _open(
    session: Session, actor: Actor, chosen: str, after: Place | None, now: datetime
) -> list[EventTask]:  # fmt: skip
    query = visible_tasks(actor).where(EventTask.done_at.is_(None), _is(chosen, actor, now))
    if after is not None:
        later = and_(EventTask.due_at == after.at, EventTask.id > after.id)
        query = query.where(or_(EventTask.due_at > after.at, later))
    return list(session.scalars(query.order_by(EventTask.due_at, EventTask.id).limit(PAGE + 1)))


def _done(session: Session, actor: Actor, after: Place | None, most: int) -> list[EventTask]:
    query = visible_tasks(actor).where(EventTask.done_at.is_not(None))
    if after is not None:
        earlier = and_(EventTask.done_at == after.at, EventTask.id < after.id)
        query = query.where(or_(EventTask.done_at < after.at, earlier))
    return list(session.scalars(query.order_by(EventTask.done_at.desc(), EventTask.id.desc()).limit(most)))


def _is(kind: str, actor: Actor, now: datetime) -> ColumnElement[bool]:
    """What one of the filters shows."""
    todo = EventTask.done_at.is_(None)
    match kind:
        case "mine":
            mine = EventTaskStep.owner_id == actor.id
            waits = select(EventTaskStep.task_id).where(mine, EventTaskStep.done_at.is_(None))
            return and_(todo, EventTask.id.in_(waits))
        case "late":
            return and_(todo, EventTask.due_at < now)
        case "done":
            return EventTask.done_at.is_not(None)
        case "all":
            return true()
    return todo


def _row(
    session: Session, task: EventTask, steps: Sequence[EventTaskStep], known: dict[str, str], now: datetime, lang: str
) -> Row:
    state = task_state(task.due_at, task.done_at, now)
    level, shape = SHAPES[state]
    waiting = dict.fromkeys(known.get(step.owner_id, "") for step in steps if step.done_at is None)
    return Row(
        href=task.path,
        title=TASKS[task.kind].title.in_(lang),
        person=person_of(session, task),
        level=level,
        shape=shape,
        word=translate(lang, TASK_LABELS[state]),
        due_at=task.due_at,
        done=sum(step.done_at is not None for step in steps),
        total=len(steps),
        waits_for=", ".join(filter(None, waiting)),
    )
