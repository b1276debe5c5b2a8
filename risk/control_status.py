"""When a control is due, late or missed, and when somebody is reminded. Pure: no database, `now` is an argument."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.errors import N_

SOON = timedelta(days=14)
FIRST_WITHIN = timedelta(days=30)
MORNING = timedelta(hours=18)  # a due day ends at 23:59, so its reminder is written at about six in the morning


class Result(StrEnum):
    """What a check found."""

    PASS = "pass"  # noqa: S105 - a result, no password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


RESULT_LABELS = {Result.PASS: N_("In order"), Result.FAIL: N_("Not in order"),
                 Result.NOT_APPLICABLE: N_("Not applicable")}  # fmt: skip


class Status(StrEnum):
    """`never`: not due yet, but nothing is proven either. Only a check makes a control ok."""

    OK = "ok"
    NEVER = "never"
    SOON = "soon"
    LATE = "late"
    MISSED = "missed"
    PAUSED = "paused"
    FAILED = "failed"
    MENDED = "mended"
    NOT_APPLICABLE = "not_applicable"


STATUS_LABELS = {Status.OK: N_("Ok"), Status.NEVER: N_("Not done yet"), Status.SOON: N_("Due soon"),
                 Status.LATE: N_("Late"), Status.MISSED: N_("Missed"), Status.PAUSED: N_("Paused"),
                 Status.FAILED: N_("Not in order"), Status.MENDED: N_("Mended, to confirm"),
                 Status.NOT_APPLICABLE: N_("Not applicable")}  # fmt: skip


class Reminder(StrEnum):
    """The moments at which somebody is told, in the order they come (ux.md 6.2, E21 and E22)."""

    TWO_WEEKS = "two_weeks"
    THREE_DAYS = "three_days"
    TODAY = "today"
    LATE = "late"
    MISSED = "missed"


def status(due_at: datetime, interval: timedelta, grace: timedelta, now: datetime, *, ever: bool = True) -> Status:
    """How a control stands: late after its due day, missed when the days of grace are over too. `ever`: was it done?"""
    if now > due_at + grace:
        return Status.MISSED
    if now > due_at:
        return Status.LATE
    if not ever:
        return Status.NEVER
    return Status.SOON if now >= due_at - min(SOON, interval / 4) else Status.OK


def standing(
    dated: Status, *, paused: bool = False, failed: bool = False, mended: bool = False, applies: bool = True
) -> Status:
    """What a control shows when more is known than its days: rest first, then lateness, then a failure that is open."""
    if paused:
        return Status.PAUSED
    if dated in {Status.LATE, Status.MISSED}:
        return dated
    if failed or mended:
        return Status.MENDED if mended else Status.FAILED
    return dated if applies or dated is not Status.OK else Status.NOT_APPLICABLE


def reminders(due_at: datetime, interval: timedelta, grace: timedelta, now: datetime) -> list[Reminder]:
    """Every reminder whose moment has come, oldest first. None comes before the last quarter of the interval, so a
    weekly control is not announced two weeks ahead."""
    early = [(Reminder.TWO_WEEKS, SOON), (Reminder.THREE_DAYS, timedelta(days=3)), (Reminder.TODAY, timedelta(0))]
    moments = [(kind, due_at - ahead - MORNING) for kind, ahead in early if ahead <= interval / 4]
    moments += [(Reminder.LATE, due_at), (Reminder.MISSED, due_at + grace)]
    return [kind for kind, moment in moments if now > moment]


def end_of_day(day: date, zone: str) -> datetime:
    """A day to be done is the whole day, where the company is."""
    return datetime.combine(day, time(23, 59), ZoneInfo(zone))


def next_due(done_on: date, interval: timedelta, zone: str) -> datetime:
    return end_of_day(done_on + interval, zone)


def due_after(result: Result, done_on: date, interval: timedelta, grace: timedelta, zone: str) -> datetime:
    """A control that was found not in order is due again when its days of grace are over, not an interval later."""
    again = min(interval, max(grace, timedelta(days=1))) if result is Result.FAIL else interval
    return next_due(done_on, again, zone)


def first_due(adopted_on: date, interval: timedelta, zone: str) -> datetime:
    """Nothing is proven yet at adoption: the first check is due within a month."""
    return next_due(adopted_on, min(interval, FIRST_WITHIN), zone)


def due_after_pause(due_at: datetime, ends_at: datetime, interval: timedelta, zone: str) -> datetime:
    """When a control is due once its pause ends: what fell due meanwhile, within a month as at adoption."""
    return due_at if due_at > ends_at else first_due(ends_at.astimezone(ZoneInfo(zone)).date(), interval, zone)


@dataclass(frozen=True, slots=True)
class Duty:
    """One time a control was due, when it was done, if it was, and whether it was found not in order."""

    due_at: datetime
    done_at: datetime | None
    failed: bool = False


MONTH_RANK = {"none": 0, "ok": 1, "late": 2, "fail": 3, "miss": 4}


def months(duties: Iterable[Duty], grace: timedelta, now: datetime, zone: str, count: int = 12) -> list[str]:
    """The last months, oldest first, as codes of the picture: "ok", "late", "fail", "miss", "none". The worst of a
    month shows: a check marks the month it was done in, one that came too late the month it was due in too."""
    last = month_number(now, zone)
    shown = ["none"] * count
    for duty in duties:
        for at, code in _marks(duty, grace, now):
            place = month_number(at, zone) - last + count - 1
            if 0 <= place < count and MONTH_RANK[code] > MONTH_RANK[shown[place]]:
                shown[place] = code
    return shown


def month_number(at: datetime, zone: str) -> int:
    """Months since year nought, so that they can be subtracted."""
    local = at.astimezone(ZoneInfo(zone))
    return local.year * 12 + local.month - 1


def _marks(duty: Duty, grace: timedelta, now: datetime) -> list[tuple[datetime, str]]:
    found = [(duty.done_at, "fail")] if duty.done_at and duty.failed else []
    return [*found, _timely(duty, grace, now)]


def _timely(duty: Duty, grace: timedelta, now: datetime) -> tuple[datetime, str]:
    if duty.done_at is not None and duty.done_at <= duty.due_at:
        return duty.done_at, "ok"
    ended = duty.done_at or now
    if ended <= duty.due_at:
        return duty.due_at, "none"
    return duty.due_at, "miss" if ended > duty.due_at + grace else "late"
