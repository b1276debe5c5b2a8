"""When a checklist is due, late or done. Pure: no database, `now` is an argument."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.errors import N_
from risk.control_status import MORNING, end_of_day

FARTHEST = timedelta(days=366)


class TaskState(StrEnum):
    """`today`: its day has begun. A list that was finished after its day stays known as late."""

    OPEN = "open"
    TODAY = "today"
    LATE = "late"
    DONE = "done"
    DONE_LATE = "done_late"


TASK_LABELS = {
    TaskState.OPEN: N_("To do"),
    TaskState.TODAY: N_("Due today"),
    TaskState.LATE: N_("Late"),
    TaskState.DONE: N_("Done"),
    TaskState.DONE_LATE: N_("Done late"),
}
LATE_STATES = frozenset({TaskState.LATE, TaskState.DONE_LATE})


def due_of(day: date, zone: str) -> datetime:
    """The end of the day, where the company is (3.9: the same day)."""
    return end_of_day(day, zone)


def task_state(due_at: datetime, done_at: datetime | None, now: datetime) -> TaskState:
    if done_at is not None:
        return TaskState.DONE if done_at <= due_at else TaskState.DONE_LATE
    if now > due_at:
        return TaskState.LATE
    return TaskState.TODAY if now >= due_at - timedelta(hours=23, minutes=59) else TaskState.OPEN


def remind_now(due_at: datetime, started_at: datetime, now: datetime) -> bool:
    """On the morning of the day, unless the list was started that very day: its owners have just been told."""
    morning = due_at - MORNING
    return started_at < morning <= now <= due_at


def all_settled(done: Iterable[datetime | None]) -> bool:
    return all(at is not None for at in done)


def sensible(day: date, today: date) -> bool:
    """Within a year, either way: a list that should have been done last week is started all the same."""
    return abs(day - today) <= FARTHEST
