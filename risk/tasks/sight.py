"""The way to checklists: the policy table as SQL. Who started one or has a step sees it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session

from core.access import Actor, Operation, Relation
from core.errors import NotFound
from risk.tasks.cards import TASKS
from risk.tasks.models import EventTask, EventTaskStep


def may_use(actor: Actor, operation: Operation) -> ColumnElement[bool]:
    """The checklists this actor may use `operation` on, as a condition."""
    relations = actor.relations(operation)
    if Relation.ANY in relations:
        return true()
    return own(actor) if Relation.OWN in relations else false()


def own(actor: Actor) -> ColumnElement[bool]:
    mine = select(EventTaskStep.task_id).where(EventTaskStep.owner_id == actor.id)
    return or_(EventTask.started_by == actor.id, EventTask.id.in_(mine))


def visible_tasks(actor: Actor) -> Select[EventTask]:
    return select(EventTask).where(may_use(actor, Operation.LIST_TASKS), EventTask.kind.in_(list(TASKS)))


def find_task(session: Session, actor: Actor, task_id: str, operation: Operation = Operation.LIST_TASKS) -> EventTask:
    """A checklist by id.

    Raises:
        NotFound: there is none, or it is not this actor's; the two look alike.
    """
    query = visible_tasks(actor).where(EventTask.id == task_id, may_use(actor, operation))
    found = session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def steps_of(session: Session, tasks: Sequence[EventTask]) -> dict[str, list[EventTaskStep]]:
    """The steps of many checklists in one query, in their order."""
    found: dict[str, list[EventTaskStep]] = {task.id: [] for task in tasks}
    query = select(EventTaskStep).where(EventTaskStep.task_id.in_(list(found))).order_by(EventTaskStep.place)
    for step in session.scalars(query) if found else []:
        found[step.task_id].append(step)
    return found


def may_tick(actor: Actor, step: EventTaskStep) -> bool:
    """Leaders tick any step, others their own."""
    return Relation.ANY in actor.relations(Operation.TICK_TASK) or step.owner_id == actor.id
