"""Machines that report to controls, one in each state: in order, late, silent, failed, new, taken back, running now."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.demo.stage import Stage, Story
from risk.heartbeats.beating import Word, take
from risk.heartbeats.jobs import raise_silence
from risk.heartbeats.keeping import HeartbeatForm, add, revoke
from risk.heartbeats.models import Heartbeat
from risk.heartbeats.rules import Kind
from risk.models import Control

TWO_WEEKS = timedelta(days=14)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FULL = "pg_dump: error: could not write to file: No space left on device"
OLD = "The definitions are 61 hours old."


@dataclass(frozen=True, slots=True)
class Said:
    """One word of a machine, at its moment; a start comes so many minutes before."""

    at: datetime
    kind: Kind = Kind.SUCCESS
    message: str = ""
    took: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """One machine: what is expected of it, and all that it said."""

    control: str
    form: dict[str, object]
    since: datetime
    said: list[Said] = field(default_factory=list)
    started_at: datetime | None = None
    revoked_at: datetime | None = None


def every_machine(stage: Stage) -> list[Story]:
    return [_live(stage, told) for told in _machines(stage)]


def _machines(stage: Stage) -> Iterator[Told]:
    now = stage.present
    nightly = {"how": "cron", "cron": "30 2 * * *", "zone": stage.zone, "grace": 3, "grace_unit": "hours"}
    daily = {"how": "interval", "every": 1, "every_unit": "days", "grace": 12, "grace_unit": "hours"}
    nights = _nights(stage, 14)
    yield Told("backup_copies", nightly | {"name": "db1, pg_dump varje natt"}, now - TWO_WEEKS - HOUR,
               [_night(number, at) for number, at in enumerate(nights)], now - 8 * MINUTE)  # fmt: skip
    last = now - timedelta(hours=32)
    yield Told("backup_copies", daily | {"name": "filer1, restic"}, now - TWO_WEEKS,
               [Said(last - timedelta(days=day), took=23 + day) for day in range(11, -1, -1)])  # fmt: skip
    yield Told("backup_copies", nightly | {"name": "mejl1, borg"}, now - TWO_WEEKS,
               [Said(at + 40 * MINUTE, took=40) for at in nights[1:-5]])  # fmt: skip
    yield Told("backup_copies", daily | {"name": "web2, pg_dump (ny)"}, now - 4 * HOUR)
    yield Told("antivirus", daily | {"name": "Driftserver, freshclam"}, now - timedelta(days=10),
               [*(Said(now - 3 * HOUR - timedelta(days=day)) for day in range(9, 0, -1)),
                Said(now - 3 * HOUR, Kind.FAIL, OLD)])  # fmt: skip
    ended = now - timedelta(days=30)
    yield Told("antivirus", daily | {"name": "Gamla mejlservern"}, now - timedelta(days=40),
               [Said(now - timedelta(days=day)) for day in range(39, 30, -1)], None, ended)  # fmt: skip
    weekly = {"how": "interval", "every": 7, "every_unit": "days", "grace": 1, "grace_unit": "days", "answers": True}
    yield Told("continuous_processing", weekly | {"name": "Reservkraft, prov"}, now - timedelta(days=30),
               [Said(now - timedelta(days=day), took=5) for day in (23, 16, 9, 2)])  # fmt: skip


def _night(number: int, at: datetime) -> Said:
    """One night failed, and one took much longer than the others."""
    if number == 6:
        return Said(at + 3 * MINUTE, Kind.FAIL, FULL, 3)
    took = 110 if number == 9 else 11 + number % 3
    return Said(at + took * MINUTE, took=took)


def _nights(stage: Stage, count: int) -> list[datetime]:
    """Half past two of the last nights, the latest last."""
    zone = ZoneInfo(stage.zone)
    today = stage.present.astimezone(zone).date()
    moments = [datetime.combine(today - timedelta(days=day), time(2, 30), zone) for day in range(count - 1, -1, -1)]
    return [at.astimezone(stage.present.tzinfo) for at in moments if at < stage.present - 4 * HOUR]


def _live(stage: Stage, told: Told) -> Story:
    """From the day it was added, by whoever keeps the control."""
    yield told.since
    session, moment = stage.session, told.since
    control = session.get_one(Control, told.control)
    keeper = next(key for key in stage.people if stage.people[key].id == control.owner_id)
    made, _ = add(session, stage.actor(keeper), control, HeartbeatForm.model_validate(told.form), moment)
    session.flush()
    for said in told.said:
        if said.took:
            yield from _silent(stage, made, said.at - said.took * MINUTE)
            take(session, made, Word(Kind.START), said.at - said.took * MINUTE)
        yield from _silent(stage, made, said.at)
        take(session, made, Word(said.kind, said.message, 1 if said.kind is Kind.FAIL else None), said.at)
    if told.revoked_at:
        yield told.revoked_at
        revoke(session, stage.actor("manager"), made, told.revoked_at)
    yield from _silent(stage, made, told.started_at or stage.present)
    if told.started_at:
        take(session, made, Word(Kind.START), told.started_at)
        yield from _silent(stage, made, stage.present)


def _silent(stage: Stage, made: Heartbeat, until: datetime) -> Story:
    """What the worker would have noticed up to then."""
    while made.next_at is not None and made.next_at + MINUTE < until:
        moment = made.next_at + MINUTE
        yield moment
        raise_silence(stage.session, [made], moment)
    yield until
