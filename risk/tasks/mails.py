"""The mails about checklists: what to do and by when, never whom it concerns."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Role
from core.i18n import date_only
from core.organisation import organisation
from identity.models import User
from identity.people import holders
from notifications.outbox import enqueue
from risk.tasks.cards import TASKS
from risk.tasks.models import EventTask, EventTaskStep

SOON = 3
AT_ONCE = 1


def tell_given(
    session: Session, task: EventTask, steps: Sequence[EventTaskStep], people: Mapping[str, User], now: datetime
) -> None:
    """A checklist was started: everybody with a step of it hears which."""
    for user in people.values():
        _tell(session, "task_given", task, [step for step in steps if step.owner_id == user.id], user, now, SOON)


def tell_today(
    session: Session, task: EventTask, steps: Sequence[EventTaskStep], people: Mapping[str, User], now: datetime
) -> None:
    """The day has come: everybody with an open step."""
    for user in people.values():
        mine = [step for step in steps if step.owner_id == user.id and step.done_at is None]
        if mine:
            _tell(session, "task_today", task, mine, user, now, SOON)


def tell_late(
    session: Session, task: EventTask, steps: Sequence[EventTaskStep], people: Mapping[str, User], now: datetime
) -> None:
    """The day has passed: those with an open step, and the manager and deputy, once."""
    left = [step for step in steps if step.done_at is None]
    owing = {step.owner_id for step in left}
    told = {user.id: user for user in (*people.values(), *holders(session, Role.MANAGER, Role.DEPUTY))}
    for user in told.values():
        if user.id in owing or user.roles & {Role.MANAGER, Role.DEPUTY}:
            _tell(session, "task_late", task, left, user, now, AT_ONCE)


def _tell(
    session: Session, kind: str, task: EventTask, steps: Iterable[EventTaskStep], user: User, now: datetime,
    priority: int,
) -> None:  # fmt: skip
    if user.disabled_at is not None:
        return
    card, lang = TASKS[task.kind], user.language
    titles = [found.title.in_(lang) for step in steps if (found := card.step_of(step.code))]
    enqueue(session, kind, to=user.email, language=lang, now=now, priority=priority, recipient_id=user.id,
            once=f"{kind}:{task.id}:{user.id}",
            facts={"title": card.title.in_(lang), "clause": card.clauses[0], "lines": titles, "count": len(titles),
                   "day": date_only(task.due_at, lang, organisation(session).zone), "path": task.path})  # fmt: skip
