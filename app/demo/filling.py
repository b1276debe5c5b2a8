"""Filling an empty installation: every story in the order of its moments, in one transaction, with a worker's life
between them. Nobody is mailed about the past, and no alarm of the past is left for the real worker."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.demo import (
    auditing,
    checklists,
    checks,
    company,
    controls_told,
    courses,
    failing,
    machines,
    registers,
    retention,
    risks,
    rulebook,
    suppliers,
)
from app.demo.case import Case
from app.demo.plots import PLOTS
from app.demo.stage import Stage, Story
from app.demo.tales import every_tale
from core.access import SYSTEM
from core.audit import record
from core.audit.entries import write_entries
from core.db import Database
from core.errors import Conflict
from core.organisation import is_set_up
from core.settings import Settings
from identity.models import User
from incidents.assessing import remind
from incidents.erasing.jobs import erase_approved
from incidents.jobs import raise_due
from incidents.models import ClockLevel, Incident, IncidentClock
from incidents.suppliers.jobs import remind_due_agreements
from notifications.claims import WAITING
from notifications.models import ChannelMessage, OutboxMessage
from risk.controls.cards import CONTROLS

FOUNDED = timedelta(days=364)


@dataclass(frozen=True, slots=True)
class Filled:
    """What to show: the one password, and person by person how to sign in."""

    password: str
    people: dict[str, User]


def fill(database: Database, settings: Settings, now: datetime) -> Filled:
    """Play everything. Nothing is left behind when it fails.

    Raises:
        Conflict: the installation is not empty.
    """
    now = now.replace(microsecond=0)
    with database.transaction() as session:
        require_empty(session)
        stage = Stage(session, settings, company.new_password(), now, now - FOUNDED, company.ZONE)
        company.found(stage)
        courses.place_in_units(stage)
        suppliers.enter(stage)
        registers.enter(stage)
        checks.begin(stage)
        play(stage, [*_cases(stage), *(checks.kept(stage, code) for code in CONTROLS), checks.reminded(stage),
                     auditing.audited(stage), *machines.every_machine(stage), rulebook.introduced(stage),
                     checklists.followed(stage), courses.taught(stage), failing.learnt(stage),
                     risks.kept(stage), *controls_told.every_happening(stage)])  # fmt: skip
        remind_due_agreements(session, now)
        retention.settle(stage)
        _forget_mails_of_the_past(session, now)
        people = dict(stage.people)
    erase_approved(database, lambda: now)
    return Filled(stage.password, people)


def require_empty(session: Session) -> None:
    """Only an installation without company, people and incidents is filled."""
    if is_set_up(session) or any(session.scalar(select(row.id).limit(1)) for row in (User, Incident)):
        raise Conflict("This installation is not empty. Fill another one: set VAKA_VAR_DIR to a new folder.")


def play(stage: Stage, stories: Iterable[Story]) -> None:
    """Let every story go on at its moment, the earliest first."""
    scenes = [(next(story), number, story) for number, story in enumerate(stories)]
    heapq.heapify(scenes)
    while scenes:
        moment, number, story = heapq.heappop(scenes)
        if moment > stage.present:
            raise ValueError(f"story {number} has a scene in the future: {moment}")
        _pass_time(stage, moment)
        upcoming = next(story, None)
        _keep(stage)
        if upcoming is not None:
            heapq.heappush(scenes, (max(upcoming, moment), number, story))
    _pass_time(stage, stage.present)


def _keep(stage: Stage) -> None:
    """As if the scene were a request of its own: what comes later, such as minutes, reads it in the log."""
    stage.session.flush()
    if stage.session.info.get("entries"):
        write_entries(stage.session)


def _cases(stage: Stage) -> list[Story]:
    return [PLOTS[tale.plot](Case(stage, code, tale)) for code, tale in every_tale().items()]


def _pass_time(stage: Stage, moment: datetime) -> None:
    """What the worker would have done up to this moment, at the moments it would have done it."""
    while (alarm := _next_alarm(stage.session)) is not None and alarm <= moment:
        raise_due(stage.session, max(alarm, stage.moment))
        stage.session.flush()
    stage.moment = max(stage.moment, moment)
    remind(stage.session, stage.moment)


def _next_alarm(session: Session) -> datetime | None:
    return session.scalar(select(func.min(IncidentClock.next_at)).where(IncidentClock.stopped_at.is_(None)))


def _forget_mails_of_the_past(session: Session, now: datetime) -> None:
    """What was queued on the way is cancelled; letters that are being sent at this moment are of the present."""
    past = OutboxMessage.state.in_(WAITING) & OutboxMessage.mailing_id.is_(None)
    count = session.scalar(select(func.count()).select_from(OutboxMessage).where(past)) or 0
    session.execute(update(OutboxMessage).where(past).values(state="cancelled"))
    session.execute(update(ChannelMessage).where(ChannelMessage.state == "queued").values(state="let_go"))
    told = ClockLevel.told_at.is_not(None) & ~ClockLevel.overtaken
    session.execute(update(ClockLevel).where(told).values(sent_at=ClockLevel.told_at))
    record(session, SYSTEM, "demo:filled", "demo", now, facts={"mails_not_sent": count})
