"""The only place that reads the clock. Rules take `now` as an argument."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present, aware and in UTC."""
    return datetime.now(UTC)


def occurs_twice(day: str, hour: str, zone: str) -> bool:
    """Whether a local time, as the two fields of a form hold it, lies in the hour that the clocks are put back over."""
    try:
        local = datetime.fromisoformat(f"{day.strip()}T{hour.strip()}").replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        return False
    first, second = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    return first is not None and second is not None and first > second


def day_of(at: datetime, zone: str) -> date:
    """The day on the calendar of `zone`."""
    return at.astimezone(ZoneInfo(zone)).date()


def noon_of(at: datetime, zone: str) -> datetime:
    """A moment that says no more than its day in `zone`. Noon is never skipped and never twice, and it is the same day
    in nearly every other zone, should the company change its own."""
    return at.astimezone(ZoneInfo(zone)).replace(hour=12, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)


def steady() -> float:
    """Seconds that only ever run on, also while the machine sleeps; nobody can set them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
