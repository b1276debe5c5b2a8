"""Days on which offices are closed: they warn, they may be argued with, and they move no deadline."""

import subprocess
import sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.closed_days import closed_day, rests_in
from core.moment import utc
from incidents.periods import Ends, Period
from notifications.authorities import AUTHORITIES

STOCKHOLM = "Europe/Stockholm"
SWEDEN = {
    2026: "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-19 06-20 10-31 12-24 12-25 12-26 12-31",
    2027: "01-01 01-06 03-26 03-28 03-29 05-01 05-06 05-16 06-06 06-25 06-26 11-06 12-24 12-25 12-26 12-31",
    2028: "01-01 01-06 04-14 04-16 04-17 05-01 05-25 06-04 06-06 06-23 06-24 11-04 12-24 12-25 12-26 12-31",
}


def at(day: str, zone: str = STOCKHOLM) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=ZoneInfo(zone))


def days(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=number) for number in range(365 + (year % 4 == 0))]


@pytest.mark.parametrize("year", SWEDEN)
def test_three_swedish_years_with_their_eves(year: int) -> None:
    """A snapshot: a new release of the library that changes one of these days must be looked at."""
    weekends = {"lördag", "söndag"}
    named = [
        day for day in days(year) if closed_day("SE", at(day.isoformat()), STOCKHOLM, "sv") not in {None, *weekends}
    ]
    assert [f"{day:%m-%d}" for day in named] == SWEDEN[year].split()


@pytest.mark.parametrize(
    ("country", "day", "lang", "name"),
    [
        ("SE", "2026-06-19", "sv", "Midsommarafton"),
        ("SE", "2026-12-24", "en", "Christmas Eve"),
        ("SE", "2026-06-20", "sv", "Midsommardagen"),  # a Saturday too: the holiday says more
        ("SE", "2026-11-21", "sv", "lördag"),
        ("SE", "2026-11-22", "en", "Sunday"),
        ("SE", "2026-11-23", "sv", None),
        ("NO", "2026-05-17", "sv", "Grunnlovsdag"),  # the library has no Swedish name: the country's own
        ("NO", "2027-03-25", "en", "Maundy Thursday"),
        ("SE", "2027-03-25", "en", None),
        ("LT", "2026-12-24", "en", "Christmas Eve"),
        ("LT", "2026-11-02", "en", "All Souls' Day"),
        ("LT", "2027-03-26", "en", None),  # no Good Friday in Lithuania
        ("XX", "2026-12-25", "en", None),
        ("XX", "2026-12-26", "en", "Saturday"),
    ],
)
def test_a_closed_day_is_named(country: str, day: str, lang: str, name: str | None) -> None:
    assert closed_day(country, at(day), STOCKHOLM, lang) == name


def test_the_day_is_the_one_on_the_wall_there() -> None:
    late = utc(2026, 12, 23, 22, 30)
    assert closed_day("LT", late, "Europe/Vilnius") == "Christmas Eve"
    assert closed_day("SE", late, STOCKHOLM) is None


@pytest.mark.parametrize("code", AUTHORITIES)
def test_the_country_of_every_card_is_known(code: str) -> None:
    assert rests_in(AUTHORITIES[code].country)(date(2026, 12, 25))


def ends(period: Period, start: datetime, country: str, zone: str) -> Ends:
    found = period.ends(start, zone, rests_in(country))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("country", "zone", "received", "after_art3_4"),
    [
        ("SE", STOCKHOLM, "2026-11-23", "2026-12-23"),
        ("SE", STOCKHOLM, "2027-01-31", "2027-03-01"),
        ("LT", "Europe/Vilnius", "2026-12-01", "2027-01-04"),
        ("NO", "Europe/Oslo", "2027-02-15", "2027-03-15"),
        ("LT", "Europe/Vilnius", "2026-12-31", "2027-02-01"),
        ("SE", STOCKHOLM, "2026-11-24", "2026-12-28"),  # Christmas Eve to the Sunday after
    ],
)
def test_a_month_may_be_argued_to_the_next_working_day_and_never_binds_later(
    country: str, zone: str, received: str, after_art3_4: str
) -> None:
    end = ends(Period(months=1), at(received, zone), country, zone)
    last_moment = end.latest_arguable_at.astimezone(ZoneInfo(zone)) - timedelta(seconds=1)
    assert last_moment.date().isoformat() == after_art3_4
    assert end.due_at == Period(months=1).ends(at(received, zone), zone).due_at  # type: ignore[union-attr]


def test_holidays_move_no_hours() -> None:
    aware = at("2026-12-24", "Europe/Vilnius")
    assert ends(Period(hours=72), aware, "LT", "Europe/Vilnius") == Period(hours=72).ends(aware, "Europe/Vilnius")


def test_the_library_waits_until_a_day_is_asked_for() -> None:
    program = (
        "import sys; from core.closed_days import closed_day, rests_in; rests = rests_in('SE')\n"
        "from datetime import date; rests(date(2026, 11, 22)); assert 'holidays' not in sys.modules\n"
        "rests(date(2026, 11, 23)); assert 'holidays' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
