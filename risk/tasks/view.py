"""What the page of a checklist shows: a fixed number of queries, however many steps it has."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.i18n import translate
from identity.people import names
from risk.tasks.cards import TASKS
from risk.tasks.models import EventTask, EventTaskStep
from risk.tasks.rules import LATE_STATES, TASK_LABELS, TaskState, task_state
from risk.tasks.service import SETTLED_LABELS, Settled, note_of, person_of
from risk.tasks.sight import may_tick, steps_of

SHAPES = {
    TaskState.OPEN: ("calm", "ring"),
    TaskState.TODAY: ("calm", "half"),
    TaskState.LATE: ("late", "triangle"),
    TaskState.DONE: ("ok", "check"),
    TaskState.DONE_LATE: ("soon", "check"),
}


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
