"""Heartbeats are made, changed, given a new token and taken back; each is one transaction that the caller commits."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict, Invalid, NotFound
from core.organisation import organisation
from risk.heartbeats.cron import BadLine, read
from risk.heartbeats.models import Heartbeat
from risk.heartbeats.naming import give_name, name_of
from risk.heartbeats.rules import Schedule, State, next_look
from risk.heartbeats.tokens import new_token
from risk.models import Control
from risk.queries import find_control
from risk.register.learning import look_again

UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}
LONGEST = timedelta(days=366)
TOO_RARE = N_("At most 366 days.")
NEEDED = N_("Answer this question.")
NO_ZONE = N_("There is no such time zone. Write Europe/Stockholm, for example.")
CHANGED = N_("Somebody else changed this at the same moment. Load the page again and look.")
Unit = Literal["minutes", "hours", "days"]
Number = Annotated[int, Field(ge=1, le=1_000_000)]


class HeartbeatForm(BaseModel):
    """A heartbeat as it was typed; `how` says which of the two schedules counts."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    how: Literal["interval", "cron"]
    every: Number | None = None
    every_unit: Unit = "hours"
    cron: Annotated[str, Field(max_length=200)] = ""
    zone: Annotated[str, Field(max_length=64)] = ""
    grace: Number
    grace_unit: Unit = "minutes"
    answers: bool = False
    version: int = 0


def add(session: Session, actor: Actor, control: Control, form: HeartbeatForm, now: datetime) -> tuple[Heartbeat, str]:
    """A new heartbeat and its token, which is shown now and never again.

    Raises:
        Invalid: a schedule that cannot be read, never comes, or is too rare.
    """
    schedule = schedule_of(session, form)
    heartbeat = make(session, control, form.name, schedule, actor.id, now, answers=form.answers)
    heartbeat.token_made_at, token = now, new_token(session, heartbeat)
    record(session, actor, "heartbeat:made", control.code, now, facts=heartbeat.facts(**_said(heartbeat)),
           changes={"name": (None, form.name)})  # fmt: skip
    return heartbeat, token


def make(
    session: Session, control: Control, name: str, schedule: Schedule, by: str, now: datetime, *, answers: bool,
    identity: str = "",
) -> Heartbeat:  # fmt: skip
    """The row, without a token."""
    heartbeat = Heartbeat(id=identity or new_id(), control_code=control.code, version=1, zone=schedule.zone,
                          made_at=now, made_by=by, answers=answers, state=State.WAITING, beats=0)  # fmt: skip
    give_name(session, heartbeat, name)
    _set(heartbeat, schedule)
    heartbeat.expected_at = schedule.first(now)
    heartbeat.next_at = next_look(State.WAITING, heartbeat.expected_at, schedule.grace)
    session.add(heartbeat)
    return heartbeat


def change(session: Session, actor: Actor, heartbeat: Heartbeat, form: HeartbeatForm, now: datetime) -> None:
    """Another name, schedule, grace or meaning. What is expected is counted anew; a failure stays one.

    Raises:
        Conflict: somebody else has changed it since the page was read.
        Invalid: see `add`.
    """
    if form.version != heartbeat.version:
        raise Conflict(CHANGED)
    schedule, before = schedule_of(session, form), _said(heartbeat)
    old = name_of(session, heartbeat)
    heartbeat.answers, heartbeat.version = form.answers, heartbeat.version + 1
    if schedule != heartbeat.schedule:
        _set(heartbeat, schedule)
        if heartbeat.state != State.OFF:
            _expect_anew(heartbeat, now)
            look_again(session, session.get_one(Control, heartbeat.control_code), now)
    if form.name != old:
        give_name(session, heartbeat, form.name)
    after = _said(heartbeat)
    changes = {field: (str(before[field]), str(after[field])) for field in after if before[field] != after[field]}
    named = {"name": (old, form.name)} if form.name != old else {}
    record(session, actor, "heartbeat:changed", heartbeat.control_code, now, facts=heartbeat.facts(),
           changes=changes | named)  # fmt: skip


def renew(session: Session, actor: Actor, heartbeat: Heartbeat, now: datetime) -> str:
    """A new token; the old one is worth nothing at once. One that was taken back is expected again."""
    _require_foreign(heartbeat)
    token = new_token(session, heartbeat)
    heartbeat.token_made_at = now
    if heartbeat.state == State.OFF:
        heartbeat.state = State.WAITING
        heartbeat.expected_at = heartbeat.schedule.first(now)
        heartbeat.listening_since, heartbeat.started_at = None, None
        heartbeat.next_at = next_look(State.WAITING, heartbeat.expected_at, heartbeat.grace)
    record(session, actor, "heartbeat:renewed", heartbeat.control_code, now, facts=heartbeat.facts())
    return token


def revoke(session: Session, actor: Actor, heartbeat: Heartbeat, now: datetime) -> None:
    """Take the token back: nothing is accepted and nothing expected. What was heard stays to be read."""
    _require_foreign(heartbeat)
    if heartbeat.state == State.OFF:
        return
    heartbeat.token_hash, heartbeat.state, heartbeat.next_at = None, State.OFF, None
    record(session, actor, "heartbeat:revoked", heartbeat.control_code, now, facts=heartbeat.facts())
    look_again(session, session.get_one(Control, heartbeat.control_code), now)


def find(session: Session, actor: Actor, code: str, heartbeat_id: str, operation: Operation) -> Heartbeat:
    """A heartbeat of a control that this actor may use `operation` on, held until the commit.

    Raises:
        NotFound: neither is there, or not for this actor.
    """
    control = find_control(session, actor, code, operation)
    wanted = select(Heartbeat).where(Heartbeat.id == heartbeat_id, Heartbeat.control_code == control.code)
    if operation is not Operation.LIST_CONTROLS:
        wanted = wanted.with_for_update()
    heartbeat = session.scalar(wanted)
    if heartbeat is None:
        raise NotFound()
    return heartbeat


def schedule_of(session: Session, form: HeartbeatForm) -> Schedule:
    """What the form says, as a rule.

    Raises:
        Invalid: with a sentence for each field that cannot be used.
    """
    wrong: dict[str, str] = {}
    grace = form.grace * UNITS[form.grace_unit]
    interval = form.every * UNITS[form.every_unit] if form.every and form.how == "interval" else None
    cron, zone = "", form.zone or organisation(session).zone
    if form.how == "cron":
        try:
            cron = read(form.cron)
        except BadLine as bad:
            wrong["cron"] = str(bad)
        if not _is_zone(zone):
            wrong["zone"] = NO_ZONE
    elif interval is None:
        wrong["every"] = NEEDED
    elif interval > LONGEST:
        wrong["every"] = TOO_RARE
    if grace > LONGEST:
        wrong["grace"] = TOO_RARE
    if wrong:
        raise Invalid(wrong)
    return Schedule(grace, interval, cron, zone if cron else organisation(session).zone)


def _expect_anew(heartbeat: Heartbeat, now: datetime) -> None:
    if heartbeat.state in {State.LATE, State.MISSED}:
        heartbeat.state = State.OK if heartbeat.last_at else State.WAITING
    schedule, waiting = heartbeat.schedule, heartbeat.state == State.WAITING
    heartbeat.expected_at = schedule.first(now) if waiting else schedule.after(now)
    heartbeat.listening_since = None
    heartbeat.next_at = next_look(State(heartbeat.state), heartbeat.expected_at, schedule.grace)


def _set(heartbeat: Heartbeat, schedule: Schedule) -> None:
    heartbeat.interval_seconds = int(schedule.interval.total_seconds()) if schedule.interval else None
    heartbeat.cron, heartbeat.zone = schedule.cron, schedule.zone
    heartbeat.grace_seconds = int(schedule.grace.total_seconds())


def _said(heartbeat: Heartbeat) -> dict[str, str | int | bool]:
    every = heartbeat.cron or f"{heartbeat.interval_seconds} s"
    return {"schedule": every, "zone": heartbeat.zone, "grace_seconds": heartbeat.grace_seconds,
            "answers": heartbeat.answers}  # fmt: skip


def _require_foreign(heartbeat: Heartbeat) -> None:
    if heartbeat.ours:
        raise NotFound()


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
