"""Checklists are started, ticked and taken back; each is one transaction that the caller commits."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.db import new_id
from core.errors import N_, Invalid, NotFound
from core.keys import INSTANCE, seal, unseal
from core.organisation import organisation
from identity.forms import Line
from identity.models import User
from identity.people import holders
from risk.tasks.cards import LEAVER, TASKS, StepCard, TaskCard
from risk.tasks.mails import tell_given
from risk.tasks.models import EventTask, EventTaskStep
from risk.tasks.rules import all_settled, due_of, sensible
from risk.tasks.sight import may_tick, steps_of

OWNERS = (Role.CONTROL_OWNER, Role.ADMIN, Role.MANAGER, Role.DEPUTY, Role.HEAD)
CHOOSE = N_("Choose one of the people in the list.")
TOO_FAR = N_("Choose a day within a year from today.")
WHY_NOT = N_("Say why it is not needed.")


class Settled(StrEnum):
    """How a step ended."""

    DONE = "done"
    NOT_NEEDED = "not_needed"


SETTLED_LABELS = {Settled.DONE: N_("Done"), Settled.NOT_NEEDED: N_("Not needed")}


class StartForm(BaseModel):
    """A checklist as it is started; who does which step comes beside it (`owner_<code>`)."""

    whom: Line
    day: date


class TickForm(BaseModel):
    settled: Settled
    note: Annotated[str, Field(max_length=2000)] = ""


def start(
    session: Session, actor: Actor, kind: str, form: StartForm, owners: Mapping[str, str], now: datetime,
    user_id: str | None = None,
) -> EventTask:  # fmt: skip
    """Start a checklist and tell everybody who has a step (3.6, 3.9, 3.10, 3.12, 9.1 a).

    Raises:
        NotFound: no such kind.
        Invalid: a day out of reach, or an owner who cannot be one.
    """
    card, zone = card_of(kind), organisation(session).zone
    if not sensible(form.day, now.astimezone(ZoneInfo(zone)).date()):
        raise Invalid({"day": TOO_FAR})
    chosen = _owners(session, actor, card, owners)
    task = EventTask(id=new_id(), kind=kind, user_id=user_id, day=form.day, due_at=due_of(form.day, zone),
                     started_by=actor.id, started_at=now)  # fmt: skip
    task.person_sealed = seal(session, INSTANCE, f"event_task.person:{task.id}", form.whom)
    session.add(task)
    session.flush()
    steps = [EventTaskStep(task_id=task.id, code=step.code, place=place, owner_id=chosen[step.code].id)
             for place, step in enumerate(card.step)]  # fmt: skip
    session.add_all(steps)
    session.flush()
    record(session, actor, "task:started", task.id, now, facts={"task": kind, "due_at": _minutes(task.due_at)},
           changes={"person": (None, form.whom)})  # fmt: skip
    tell_given(session, task, steps, {user.id: user for user in chosen.values()}, now)
    return task


def start_leaver(session: Session, actor: Actor, user: User, now: datetime) -> EventTask:
    """With one click from a closed account: the last day is today. A second click finds the list that is open."""
    session.refresh(user, with_for_update=True)  # two clicks, one list
    query = select(EventTask).where(
        EventTask.user_id == user.id, EventTask.kind == LEAVER, EventTask.done_at.is_(None)
    )  # fmt: skip
    found = session.scalar(query.limit(1))
    if found is not None:
        return found
    today = now.astimezone(ZoneInfo(organisation(session).zone)).date()
    return start(session, actor, LEAVER, StartForm(whom=user.name, day=today), {}, now, user.id)


def tick(session: Session, actor: Actor, task: EventTask, code: str, form: TickForm, now: datetime) -> None:
    """Settle one step; with the last of them the checklist is done.

    Raises:
        NotFound: no such step of this actor's.
        Invalid: not needed, and no word why.
    """
    session.refresh(task, with_for_update=True)  # of two who tick the last two steps, the second finds them all
    step = _step(session, actor, task, code)
    if step.done_at is not None:
        return
    if form.settled is Settled.NOT_NEEDED and not form.note:
        raise Invalid({f"note_{code}": WHY_NOT})
    step.settled, step.done_at, step.done_by = form.settled, now, actor.id
    if form.note:
        step.note_sealed = seal(session, INSTANCE, f"event_task_step.note:{task.id}:{code}", form.note)
    record(session, actor, "task:step_done", task.id, now,
           facts={"task": task.kind, "task_step": f"{task.kind}.{code}", "settled": form.settled.value},
           changes={"note": (None, form.note or None)})  # fmt: skip
    session.flush()
    if all_settled(one.done_at for one in steps_of(session, [task])[task.id]):
        task.done_at = now
        record(session, actor, "task:done", task.id, now, facts={"task": task.kind, "late": now > task.due_at})


def take_back(session: Session, actor: Actor, task: EventTask, code: str, now: datetime) -> None:
    """It was not done after all; the log keeps that somebody said so.

    Raises:
        NotFound: no such step of this actor's.
    """
    session.refresh(task, with_for_update=True)
    step = _step(session, actor, task, code)
    if step.done_at is None:
        return
    before = note_of(session, step)
    step.settled, step.done_at, step.done_by, step.note_sealed = "", None, None, ""
    task.done_at = None
    record(session, actor, "task:step_taken_back", task.id, now,
           facts={"task": task.kind, "task_step": f"{task.kind}.{code}"},
           changes={"note": (before or None, None)})  # fmt: skip


def card_of(kind: str) -> TaskCard:
    """The card of a kind.

    Raises:
        NotFound: there is none.
    """
    if kind not in TASKS:
        raise NotFound()
    return TASKS[kind]


def possible_owners(session: Session) -> list[User]:
    return holders(session, *OWNERS)


def default_owners(session: Session, actor: Actor, card: TaskCard) -> dict[str, User]:
    """Who does each step when nobody else is chosen: the first who holds the card's role, else the one responsible."""
    known = possible_owners(session)
    return {step.code: _default(known, actor, step) for step in card.step if known}


def person_of(session: Session, task: EventTask) -> str:
    return unseal(session, INSTANCE, f"event_task.person:{task.id}", task.person_sealed)


def note_of(session: Session, step: EventTaskStep) -> str:
    return unseal(session, INSTANCE, f"event_task_step.note:{step.task_id}:{step.code}", step.note_sealed)


def _default(known: list[User], actor: Actor, step: StepCard) -> User:
    for role in (step.owner, Role.MANAGER):
        for user in known:
            if role in user.roles:
                return user
    return next((user for user in known if user.id == actor.id), known[0])


def _owners(session: Session, actor: Actor, card: TaskCard, owners: Mapping[str, str]) -> dict[str, User]:
    known = {user.id: user for user in possible_owners(session)}
    proposed = default_owners(session, actor, card)
    wrong = {f"owner_{code}": CHOOSE for code, chosen in owners.items() if chosen and chosen not in known}
    if wrong or not known:
        raise Invalid(wrong or {"form": CHOOSE})
    return {step.code: known.get(owners.get(step.code, ""), proposed[step.code]) for step in card.step}


def _step(session: Session, actor: Actor, task: EventTask, code: str) -> EventTaskStep:
    step = session.get(EventTaskStep, (task.id, code))
    if step is None or not may_tick(actor, step):
        raise NotFound()
    return step


def _minutes(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
