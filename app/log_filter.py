"""What a reader of the log asks for, as an address: each part can be taken away by a link."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.log_words import GROUPS, PERIODS, SENSITIVE
from core.addresses import as_query
from core.audit.words import ACTIONS

MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty fields ask for everything. `period` counts back from now; `since` and `until` are days of their own."""

    person: str = ""
    action: str = ""
    group: str = ""
    about: str = ""
    period: str = ""
    since: date | None = None
    until: date | None = None

    def query(self, **change: object) -> str:
        """The filter as an address, with something changed."""
        return as_query({name: getattr(self, name) for name in self.__slots__} | change)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)

    def within(self, now: datetime, zone: str) -> tuple[datetime | None, datetime | None]:
        """From when, and until when (not included), the entries were recorded."""
        today = now.astimezone(ZoneInfo(zone)).date()
        since = _first_day(self.period, today) or self.since
        until = self.until + timedelta(days=1) if self.until else None
        return _midnight(since, zone) if since else None, _midnight(until, zone) if until else None


def read_filter(person: str, action: str, group: str, about: str, period: str, since: str, until: str) -> Filter:
    """A filter from an address. What cannot be read asks for nothing: an address is no form. An exact action is
    narrower than its group, and a period of one's own than one of ours."""
    known = group if group in GROUPS or group == SENSITIVE else ""
    exact = action if action in ACTIONS else ""
    first, last = _day(since), _day(until)
    counted = period if period in PERIODS and not (first or last) else ""
    return Filter(person[:64], exact, "" if exact else known, about.strip()[:64], counted, first, last)


def _first_day(period: str, today: date) -> date | None:
    """The first day of a period that ends today."""
    if period == "quarter":
        return date(today.year, today.month - (today.month - 1) % MONTHS_OF_A_QUARTER, 1)
    days = {"today": 1, "week": 7, "month": 30}.get(period)
    return today - timedelta(days=days - 1) if days else None


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 9000 else None
