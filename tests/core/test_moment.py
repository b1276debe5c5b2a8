"""Days on a company's calendar, beside midnight and where the clocks are changed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.moment import day_of, noon_of, utc

STOCKHOLM, NEW_YORK, TOKYO, BEIRUT = "Europe/Stockholm", "America/New_York", "Asia/Tokyo", "Asia/Beirut"


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (utc(2026, 11, 20, 22, 59, 59), STOCKHOLM, date(2026, 11, 20)),
        (utc(2026, 11, 20, 23), STOCKHOLM, date(2026, 11, 21)),
        (utc(2026, 11, 20, 23, 30), STOCKHOLM, date(2026, 11, 21)),
        (utc(2026, 6, 30, 22, 15), STOCKHOLM, date(2026, 7, 1)),
        (utc(2026, 3, 28, 23, 30), STOCKHOLM, date(2026, 3, 29)),  # the clocks are put forward that day
        (utc(2026, 3, 29, 21, 59), STOCKHOLM, date(2026, 3, 29)),
        (utc(2026, 3, 29, 22), STOCKHOLM, date(2026, 3, 30)),
        (utc(2026, 10, 24, 22, 30), STOCKHOLM, date(2026, 10, 25)),  # and back that day
        (utc(2026, 10, 25, 1, 30), STOCKHOLM, date(2026, 10, 25)),  # half past two, the second time
        (utc(2026, 10, 25, 22, 30), STOCKHOLM, date(2026, 10, 25)),
        (utc(2026, 10, 25, 23), STOCKHOLM, date(2026, 10, 26)),
        (utc(2026, 12, 31, 23, 1), STOCKHOLM, date(2027, 1, 1)),
        (utc(2026, 11, 21, 4, 59), NEW_YORK, date(2026, 11, 20)),
        (utc(2026, 11, 20, 15), TOKYO, date(2026, 11, 21)),
        (utc(2026, 3, 28, 22, 10), BEIRUT, date(2026, 3, 29)),  # midnight itself is skipped there
    ],
)
def test_noon_says_the_day_and_nothing_more(at: datetime, zone: str, day: date) -> None:
    noon = noon_of(at, zone)
    assert (day_of(at, zone), day_of(noon, zone)) == (day, day)
    assert noon.tzinfo is UTC
    assert noon_of(noon, zone) == noon


def test_every_quarter_of_a_year_falls_on_its_own_day() -> None:
    at, nights = utc(2026, 1, 1), set()
    while at.year == 2026:
        assert day_of(noon_of(at, STOCKHOLM), STOCKHOLM) == day_of(at, STOCKHOLM)
        nights.add(noon_of(at, STOCKHOLM))
        at += timedelta(minutes=15)
    assert len(nights) == 366  # the last hour is next year's
