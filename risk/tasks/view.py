"""What the pages of checklists show: a fixed number of queries, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, select, true
from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_
from core.i18n import translate
from identity.people import names
from risk.tasks.cards import TASKS
from risk.tasks.models import EventTask, EventTaskStep
from risk.tasks.rules import LATE_STATES, TASK_LABELS, TaskState, task_state
from risk.tasks.service import SETTLED_LABELS, Settled, note_of, person_of
from risk.tasks.sight import may_tick, steps_of, visible_tasks

SHAPES = {
    TaskState.OPEN: ("calm", "ring"),
    TaskState.TODAY: ("calm", "half"),
    TaskState.LATE: ("late", "triangle"),
    TaskState.DONE: ("ok", "check"),
    TaskState.DONE_LATE: ("soon", "check"),
}
MOST = 200  # rows of the list; what is to be done comes first
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
class StepView:
    """One step, as this reader sees it."""

    code: str
    title: str
    how: str
    owner: str
    done_at: datetime | None
    by: str
    settled: str
    level: str
    shape: str
    late: bool
    note: str
    may_tick: bool


@dataclass(frozen=True, slots=True)
class TaskView:
    """A checklist on its own page."""

    href: str
    id: str
    title: str
    when: str
    clauses: str
    person: str
    level: str
    shape: str
    word: str
    day_label: str
    due_at: datetime
    started_at: datetime
    started_by: str
    late: bool
    steps: list[StepView]
    next_code: str


def counts(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    """How many rows each filter shows, in one query."""
    seen = visible_tasks(actor).subquery()
    columns = [
        func.count().filter(_condition(kind, actor, now, seen.c)).label(kind) for kind in FILTERS
    ]  # fmt: skip
    row = session.execute(select(*columns).select_from(seen)).one()
    return {kind: getattr(row, kind) for kind in FILTERS}


def listed(session: Session, actor: Actor, chosen: str, now: datetime, lang: str) -> list[Row]:
    """What is to be done first, the earliest due on top; then what is done, the latest first."""
    query = visible_tasks(actor).where(_condition(chosen, actor, now, EventTask.__table__.c))
    order = (EventTask.done_at.is_not(None), EventTask.done_at.desc(), EventTask.due_at, EventTask.id)
    tasks = list(session.scalars(query.order_by(*order).limit(MOST)))
    steps = steps_of(session, tasks)
    known = names(session, [step.owner_id for found in steps.values() for step in found])
    return [_row(session, task, steps[task.id], known, now, lang) for task in tasks]


def task_view(session: Session, actor: Actor, task: EventTask, now: datetime, lang: str) -> TaskView:
    card, state = TASKS[task.kind], task_state(task.due_at, task.done_at, now)
    steps = steps_of(session, [task])[task.id]
    known = names(session, [task.started_by, *(one.owner_id for one in steps), *(one.done_by for one in steps)])
    level, shape = SHAPES[state]
    shown = [_step(session, actor, task, step, known, lang) for step in steps]
    return TaskView(
        href=task.path,
        id=task.id,
        title=card.title.in_(lang),
        when=card.when.in_(lang),
        clauses=", ".join(card.clauses),
        person=person_of(session, task),
        level=level,
        shape=shape,
        word=translate(lang, TASK_LABELS[state]),
        day_label=card.day.in_(lang),
        due_at=task.due_at,
        started_at=task.started_at,
        started_by=known.get(task.started_by, ""),
        late=state in LATE_STATES,
        steps=shown,
        next_code=next((step.code for step in shown if step.may_tick and step.done_at is None), ""),
    )


def _condition(kind: str, actor: Actor, now: datetime, columns: object) -> ColumnElement[bool]:
    done, due, key = (getattr(columns, name) for name in ("done_at", "due_at", "id"))
    mine = select(EventTaskStep.task_id).where(EventTaskStep.owner_id == actor.id, EventTaskStep.done_at.is_(None))
    known: dict[str, ColumnElement[bool]] = {
        "open": done.is_(None),
        "mine": and_(done.is_(None), key.in_(mine)),
        "late": and_(done.is_(None), due < now),
        "done": done.is_not(None),
        "all": true(),
    }
    return known.get(kind, false())


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


def _step(
    session: Session, actor: Actor, task: EventTask, step: EventTaskStep, known: dict[str, str], lang: str
) -> StepView:
    card = TASKS[task.kind].step_of(step.code)
    late = step.done_at is not None and step.done_at > task.due_at
    settled = SETTLED_LABELS[Settled(step.settled)] if step.settled else ""
    return StepView(
        code=step.code,
        title=card.title.in_(lang) if card else step.code,
        how=card.how.in_(lang) if card else "",
        owner=known.get(step.owner_id, ""),
        done_at=step.done_at,
        by=known.get(step.done_by or "", ""),
        settled=translate(lang, settled) if settled else "",
        level="none" if step.settled == Settled.NOT_NEEDED else "ok" if step.done_at else "calm",
        shape="lock" if step.settled == Settled.NOT_NEEDED else "check" if step.done_at else "ring",
        late=late,
        note=note_of(session, step),
        may_tick=may_tick(actor, step),
    )
