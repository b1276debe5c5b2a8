"""A typed time starts a legal clock: what cannot be meant is refused, what is doubtful is read as the earlier."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.moment import occurs_twice, utc
from incidents.local_time import AMBIGUOUS, TWICE, WARNINGS, asked_which, parse_local


@pytest.mark.parametrize(
    ("zone", "local"), [("Europe/Stockholm", "2027-03-28T02:30"), ("Europe/Vilnius", "2027-03-28T03:30")]
)
def test_a_local_time_that_does_not_exist_is_refused_with_a_question(zone: str, local: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_local(local, zone)
    assert "does not exist" in refused.value.fields["aware_at"]
    assert refused.value.params == {"text": local, "zone": zone}


def test_a_local_time_that_occurs_twice_is_the_earlier_one_with_a_warning() -> None:
    reading = parse_local("2027-10-31T02:10:00", "Europe/Oslo")
    assert reading.at == utc(2027, 10, 31, 0, 10)
    assert reading.warnings == (AMBIGUOUS,)
    assert AMBIGUOUS in WARNINGS


def test_an_explicit_offset_settles_it() -> None:
    reading = parse_local("2027-10-31T02:10:00+01:00", "Europe/Oslo")
    assert (reading.at, reading.warnings) == (utc(2027, 10, 31, 1, 10), ())


def test_who_was_asked_says_which_of_the_two() -> None:
    earlier, later = (parse_local("2027-10-31T02:10", "Europe/Oslo", later=answer) for answer in (False, True))
    assert (earlier.at, later.at) == (utc(2027, 10, 31, 0, 10), utc(2027, 10, 31, 1, 10))
    assert earlier.warnings == later.warnings == ()
    assert parse_local("2027-06-01T02:10", "Europe/Oslo", later=True).at == utc(2027, 6, 1, 0, 10)


def test_a_form_asks_which_of_the_two_before_it_saves() -> None:
    with pytest.raises(Invalid) as asked:
        asked_which("2027-10-31 02:10", "Europe/Oslo", "filed_at", None)
    assert asked.value.fields == {"filed_at": TWICE}
    assert asked.value.params == {"time": "02:10"}
    assert asked_which("2027-10-31 02:10", "Europe/Oslo", "filed_at", False) == utc(2027, 10, 31, 0, 10)


@pytest.mark.parametrize(
    ("day", "hour", "twice"),
    [("2027-10-31", "02:00", True), ("2027-10-31", "02:59", True), ("2027-10-31", "03:00", False),
     ("2027-10-31", "01:59", False), ("2027-03-28", "02:30", False), ("", "02:30", False), ("2027-10-31", "", False)],
)  # fmt: skip
def test_only_the_hour_of_the_change_back_occurs_twice(day: str, hour: str, twice: bool) -> None:
    assert occurs_twice(day, hour, "Europe/Stockholm") is twice


def test_the_hours_beside_a_change_are_ordinary() -> None:
    assert parse_local("2027-03-28 01:59", "Europe/Stockholm").at == utc(2027, 3, 28, 0, 59)
    assert parse_local("2027-03-28 03:00", "Europe/Stockholm").at == utc(2027, 3, 28, 1, 0)
    assert parse_local("2027-10-31 03:00", "Europe/Stockholm").warnings == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "14:05",
        "2026-11-22",
        "22 nov 2026 14:05",
        "2026-11-22+01:00",
        "2026-02-30 10:00",
        "0001-01-01T00:00",
        "२०२६-11-22 10:00",
    ],
)
def test_what_is_not_a_date_with_a_time_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_local(text, "Europe/Stockholm")


def test_a_bare_time_without_zone_or_offset_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        parse_local("2026-11-22T14:05", field="occurred_at")
    assert set(refused.value.fields) == {"occurred_at"}


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "Europe", "Europe/Stockholm\n"])
def test_an_unknown_zone_is_named(zone: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_local("2026-11-22T14:05", zone)
    assert set(refused.value.fields) == {"zone"}


@given(st.datetimes(datetime(1971, 1, 1), datetime(2198, 1, 1)), st.timezones())  # noqa: DTZ001
def test_every_time_is_read_as_the_earliest_moment_it_can_mean(local: datetime, zone: object) -> None:
    try:
        reading = parse_local(local.isoformat(), str(zone))
    except Invalid:
        return
    assert reading.at.tzinfo is UTC
    both = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}  # type: ignore[arg-type]
    assert reading.at == min(both)
    assert (AMBIGUOUS in reading.warnings) == (len(both) == 2)
