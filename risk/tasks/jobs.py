"""What the worker does for checklists: remind on the morning of the day, alarm once when it has passed."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.db import Database
from core.organisation import is_set_up
from identity.models import User
from risk.tasks.cards import TASKS
from risk.tasks.mails import tell_late, tell_today
from risk.tasks.models import EventTask, EventTaskStep
from risk.tasks.rules import remind_now
from risk.tasks.sight import steps_of


def watch_tasks(database: Database, now: datetime) -> int:
    """Any number of workers may run it: a row says that it was done, and only one of them can write it."""
    with database.transaction() as session:
        return watch(session, now) if is_set_up(session) else 0


def watch(session: Session, now: datetime) -> int:
    """The same in the caller's transaction; how many checklists somebody was told of."""
    running = select(EventTask).where(
        EventTask.done_at.is_(None), EventTask.late_at.is_(None), EventTask.kind.in_(list(TASKS))
    )  # fmt: skip
    tasks = [task for task in session.scalars(running.order_by(EventTask.due_at)) if _is_up(task, now)]
    if not tasks:
        return 0
    steps = steps_of(session, tasks)
    people = _people(session, [step for found in steps.values() for step in found])
    return sum(_tell(session, task, steps[task.id], people, now) for task in tasks)


def _is_up(task: EventTask, now: datetime) -> bool:
    return now > task.due_at or (task.reminded_at is None and remind_now(task.due_at, task.started_at, now))


def _tell(
    session: Session, task: EventTask, steps: list[EventTaskStep], people: dict[str, User], now: datetime
) -> bool:
    mine = {step.owner_id: people[step.owner_id] for step in steps if step.owner_id in people}
    late = now > task.due_at
    column = EventTask.late_at if late else EventTask.reminded_at
    first = update(EventTask).where(EventTask.id == task.id, column.is_(None)).values({column: now})
    if session.scalar(first.returning(EventTask.id)) is None:
        return False
    (tell_late if late else tell_today)(session, task, steps, mine, now)
    if late:
        facts = {"task": task.kind, "due_at": task.due_at.isoformat(timespec="minutes")}
        record(session, SYSTEM, "task:late", task.id, now, facts=facts)
    return True


def _people(session: Session, steps: list[EventTaskStep]) -> dict[str, User]:
    wanted = {step.owner_id for step in steps}
    return {user.id: user for user in session.scalars(select(User).where(User.id.in_(wanted)))}
