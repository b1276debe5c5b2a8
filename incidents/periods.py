"""How long a duty may take, and when that ends. Elapsed time is counted in UTC, calendar time on the local calendar.

The strict end binds: it is the earliest of all readings, and no weekend or holiday moves it. The end that Regulation
(EEC, Euratom) No 1182/71 would allow is kept for the record as the latest arguable one and never shown as time left.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import and_
from zoneinfo import ZoneInfo

RestDay = Callable[[date], bool]
Length = int | None


def weekend(day: date) -> bool:
    """Saturday or Sunday; who knows the country adds its public holidays."""
    return day.weekday() >= 5


@dataclass(frozen=True, slots=True)
class Ends:
    """`due_at` is binding. `latest_arguable_at` is kept for the record and is never the earlier of the two."""

    due_at: datetime
    latest_arguable_at: datetime

    def __and__(self, other: "Ends") -> "Ends":
        """Both limits hold: the first end binds, and nobody can argue beyond the first arguable one."""
        return Ends(min(self.due_at, other.due_at), min(self.latest_arguable_at, other.latest_arguable_at))


@dataclass(frozen=True, slots=True)
class Period:
    """Lengths that run at once, each a limit of its own. Without any length: as soon as possible, no invented hours.

    `minutes` are for our own rules, `hours` elapse whatever the clocks on the wall do, `days` and `months` are calendar
    days and months: the same day number, else the last day of the month (Reg. 1182/71 Art. 3(2)(c)).
    """

    minutes: Length = None
    hours: Length = None
    days: Length = None
    months: Length = None

    def ends(self, start: datetime, zone: str, rests: RestDay = weekend) -> Ends | None:
        """When a period that starts at `start` is over, in UTC; None when no length is given.

        Raises:
            ValueError: `start` has no zone, so nobody can tell when it was.
        """
        found = self._readings(in_utc(start), ZoneInfo(zone), rests)
        return reduce(and_, found) if found else None

    def _readings(self, start: datetime, zone: ZoneInfo, rests: RestDay) -> list[Ends]:
        found: list[Ends] = []
        if self.minutes is not None:
            end = start + timedelta(minutes=self.minutes)
            found.append(Ends(end, end))
        if self.hours is not None:
            found.append(Ends(start + timedelta(hours=self.hours), latest_arguable(start, self.hours)))
        local = start.astimezone(zone)
        if self.days is not None:
            found.append(_on(local, local.date() + timedelta(days=self.days), zone, rests))
        if self.months is not None:
            found.append(_on(local, months_later(local.date(), self.months), zone, rests))
        return found

    @property
    def as_soon_as_possible(self) -> bool:
        return not self.lengths

    @property
    def lengths(self) -> Mapping[str, int]:
        """The lengths that are given: unit -> number."""
        return {unit: number for unit, number in asdict(self).items() if number is not None}


def in_utc(moment: datetime) -> datetime:
    """Refuse a time without a zone: nobody can tell when it was."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)


def latest_arguable(start: datetime, number: int) -> datetime:
    """Regulation 1182/71 Art. 3(1): the hour in which the event falls is not counted; whole hours follow."""
    next_hour = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return next_hour + timedelta(hours=number)


def months_later(day: date, number: int) -> date:
    """The same day number so many months later, else the last day of that month (case C-171/03)."""
    years, month = divmod(day.month - 1 + number, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _on(start: datetime, day: date, zone: ZoneInfo, rests: RestDay) -> Ends:
    """The same time of day on `day`; arguable until that day, or the next working day, is over (Art. 3(4))."""
    due_at = _earliest(datetime.combine(day, start.time()), zone)
    last = day
    while rests(last):
        last += timedelta(days=1)
    return Ends(due_at, _earliest(datetime.combine(last + timedelta(days=1), time()), zone))


def _earliest(local: datetime, zone: ZoneInfo) -> datetime:
    """A local time that occurs twice, or not at all, is read as the earlier moment."""
    return min(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
