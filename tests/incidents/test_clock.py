"""Law section b: 72 elapsed hours, counted in UTC; Regulation 1182/71 only for the record."""

import json
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.moment import utc
from incidents.clock import effective_deadline, open_clocks
from incidents.local_time import AMBIGUOUS, parse_local
from incidents.periods import Ends, Period, months_later
from incidents.regimes import REGIMES
from incidents.rules import Anchor, Moments
from incidents.urgency import Urgency, urgency

EXAMPLES = Path(__file__).parents[3] / "shared" / "data" / "law" / "clock_examples.json"
PUBLISHED: dict[str, list[dict[str, Any]]] = json.loads(EXAMPLES.read_text("utf-8")) if EXAMPLES.exists() else {}
ROWS = {
    "01 plain weekday": ("2026-11-23T09:17+01:00", "2026-11-26T09:17+01:00", "2026-11-26T10:00+01:00"),
    "03 friday afternoon": ("2026-11-27T16:30+01:00", "2026-11-30T16:30+01:00", "2026-11-30T17:00+01:00"),
    "05 just after midnight": ("2026-12-13T00:05+02:00", "2026-12-16T00:05+02:00", "2026-12-16T01:00+02:00"),
    "07 christmas in Vilnius": ("2026-12-24T11:55+02:00", "2026-12-27T11:55+02:00", "2026-12-27T12:00+02:00"),
    "09 new year": ("2026-12-30T22:10+01:00", "2027-01-02T22:10+01:00", "2027-01-02T23:00+01:00"),
    "11 easter and spring change, Oslo": ("2027-03-25T14:45+01:00", "2027-03-28T15:45+02:00", "2027-03-28T16:00+02:00"),
    "13 a minute before spring change": ("2027-03-28T01:59+01:00", "2027-03-31T02:59+02:00", "2027-03-31T03:00+02:00"),
    "15 midsummer": ("2027-06-25T10:12+02:00", "2027-06-28T10:12+02:00", "2027-06-28T11:00+02:00"),
    "17 autumn change, Vilnius": ("2027-10-29T13:30+03:00", "2027-11-01T12:30+02:00", "2027-11-01T13:00+02:00"),
    "19 first of the repeated hours": ("2027-10-31T02:30+02:00", "2027-11-03T01:30+01:00", "2027-11-03T02:00+01:00"),
    "21 repeated hour, Vilnius": ("2027-10-31T03:30+03:00", "2027-11-03T02:30+02:00", "2027-11-03T03:00+02:00"),
    "23 ascension day": ("2027-05-05T17:20+02:00", "2027-05-08T17:20+02:00", "2027-05-08T18:00+02:00"),
}
# Whole and half hours, both hemispheres, a change at Ramadan, and a place that never changes.
ZONES = (
    "Europe/Stockholm", "Europe/Oslo", "Europe/Vilnius", "Europe/Lisbon", "Europe/Dublin", "Atlantic/Azores",
    "Atlantic/Reykjavik", "Africa/Casablanca", "Africa/Cairo", "America/New_York", "America/Santiago",
    "Australia/Lord_Howe",
)  # fmt: skip
THREE_DAYS = 259_200
moments = st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.timezones())  # noqa: DTZ001 - given a zone


def examples(kind: str) -> pytest.MarkDecorator:
    """One test for each worked example of a kind; a single skipped one where the file is not there."""
    rows = [pytest.param(row, id=str(row.get("id"))) for row in PUBLISHED.get(kind, [])]
    missing = pytest.mark.skip(reason=f"the worked examples are not on this machine ({EXAMPLES.name})")
    return pytest.mark.parametrize("row", rows or [pytest.param({}, marks=missing, id="absent")])


def changes() -> Iterator[tuple[str, datetime]]:
    """Every change of offset from 2024 to 2030 in these zones, to the second."""
    for name in ZONES:
        zone, day = ZoneInfo(name), datetime(2024, 1, 1, tzinfo=UTC)
        while day.year < 2031:
            before, after = day, day + timedelta(days=1)
            if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
                while after - before > timedelta(seconds=1):
                    middle = before + (after - before) // 2
                    same = middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset()
                    before, after = (middle, after) if same else (before, middle)
                yield name, after
            day += timedelta(days=1)


CHANGES = list(changes())


def notify(aware_at: datetime) -> Ends:
    (deadline,) = open_clocks(REGIMES["gdpr"], {str(Anchor.AWARE): aware_at}, "Europe/Stockholm")
    assert deadline.due_at is not None
    assert deadline.latest_arguable_at is not None
    return Ends(deadline.due_at, deadline.latest_arguable_at)


def ends(period: Period, start: datetime, zone: str = "Europe/Stockholm") -> Ends:
    found = period.ends(start, zone)
    assert found is not None
    return found


@pytest.mark.parametrize(("aware", "strict", "reg1182"), ROWS.values(), ids=ROWS.keys())
def test_the_authority_is_told_72_elapsed_hours_after_awareness(aware: str, strict: str, reg1182: str) -> None:
    deadline = notify(datetime.fromisoformat(aware))
    assert deadline.due_at == datetime.fromisoformat(strict)
    assert deadline.latest_arguable_at == datetime.fromisoformat(reg1182)


@examples("clock_examples")
def test_every_worked_example_agrees(row: dict[str, Any]) -> None:
    deadline = notify(datetime.fromisoformat(row["awareness"]))
    assert deadline.due_at == datetime.fromisoformat(row["strict_deadline_utc"])
    assert deadline.due_at.astimezone(ZoneInfo(row["tz"])).isoformat() == row["strict_deadline"]
    assert deadline.latest_arguable_at == datetime.fromisoformat(row["reg1182_deadline_utc"])


@examples("clock_examples")
def test_the_contested_two_working_days_are_never_used(row: dict[str, Any]) -> None:
    deadline, contested = notify(datetime.fromisoformat(row["awareness"])), row["art3_5_contested_deadline"]
    assert row["art3_5_extends"] == (deadline.latest_arguable_at != datetime.fromisoformat(contested))
    assert deadline.due_at < datetime.fromisoformat(contested)


@examples("input_cases")
def test_a_local_time_that_does_not_exist_is_refused_and_one_that_occurs_twice_asked(row: dict[str, Any]) -> None:
    if row["problem"] == "nonexistent":
        with pytest.raises(Invalid):
            parse_local(row["local"], row["tz"])
        return
    reading = parse_local(row["local"], row["tz"])
    later = parse_local(f"{row['local']}+01:00", row["tz"])
    assert reading.warnings == (AMBIGUOUS,)
    assert later.warnings == ()
    assert later.at - reading.at == timedelta(hours=1)
    assert notify(later.at).due_at - notify(reading.at).due_at == timedelta(hours=1)


@given(moments)
def test_72_hours_are_259200_seconds_in_every_zone(aware_at: datetime) -> None:
    deadline = notify(aware_at)
    assert deadline.due_at.timestamp() - aware_at.timestamp() == THREE_DAYS
    assert deadline.due_at.tzinfo is UTC


def test_the_zones_of_the_proof_change_often() -> None:
    assert len(ZONES) == len(set(ZONES)) == 12
    assert {name for name, _ in CHANGES} == set(ZONES) - {"Atlantic/Reykjavik"}
    assert len(CHANGES) > 150


@given(st.sampled_from(CHANGES), st.timedeltas(-timedelta(days=4), timedelta(days=4)), st.sampled_from([0, 1]))
def test_no_change_of_the_clocks_makes_the_72_hours_longer_or_shorter(
    change: tuple[str, datetime], away: timedelta, fold: int
) -> None:
    zone = ZoneInfo(change[0])
    wall = (change[1] + away).astimezone(zone).replace(fold=fold)
    assert notify(wall).due_at.timestamp() - wall.timestamp() == THREE_DAYS


@pytest.mark.parametrize("away", [-72, -71, -48, -24, -1, 0, 1, 24])
def test_72_hours_hold_on_both_sides_of_every_change(away: int) -> None:
    """All changes, not a sample: the wall clock read before, in and after each one."""
    for name, change in CHANGES:
        for seconds in (-1, 0, 1):
            wall = (change + timedelta(hours=away, seconds=seconds)).astimezone(ZoneInfo(name))
            assert notify(wall).due_at - wall.astimezone(UTC) == timedelta(seconds=THREE_DAYS), (name, wall)


@given(st.sampled_from(CHANGES), st.timedeltas(-timedelta(hours=3), timedelta(hours=3)))
def test_a_typed_local_time_is_refused_or_read_as_the_earlier_moment(
    change: tuple[str, datetime], away: timedelta
) -> None:
    name, at = change
    typed = (at.astimezone(ZoneInfo(name)).replace(tzinfo=None) + away).replace(microsecond=0)
    candidates = {typed.replace(tzinfo=ZoneInfo(name), fold=fold).astimezone(UTC) for fold in (0, 1)}
    real = {moment for moment in candidates if moment.astimezone(ZoneInfo(name)).replace(tzinfo=None) == typed}
    if not real:
        with pytest.raises(Invalid):
            parse_local(typed.isoformat(), name)
        return
    reading = parse_local(typed.isoformat(), name)
    assert reading.at == min(real)
    assert (AMBIGUOUS in reading.warnings) == (len(real) == 2)


@given(moments)
def test_the_arguable_end_is_never_earlier_and_at_most_an_hour_later(aware_at: datetime) -> None:
    deadline = notify(aware_at)
    assert timedelta(0) < deadline.latest_arguable_at - deadline.due_at <= timedelta(hours=1)


def test_a_weekend_gives_no_relief() -> None:
    assert notify(utc(2026, 11, 27, 15, 30)).due_at == utc(2026, 11, 30, 15, 30)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        notify(datetime(2026, 11, 23, 9, 17))  # noqa: DTZ001 - that is the point


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(1, 24))
def test_a_month_ends_on_the_same_day_number_or_the_last_day(day: date, number: int) -> None:
    end = months_later(day, number)
    assert (end.year - day.year) * 12 + end.month - day.month == number
    assert end.day == min(day.day, monthrange(end.year, end.month)[1])


@pytest.mark.parametrize(
    ("start", "number", "end"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_the_last_day_of_a_month_stays_inside_the_month(start: date, number: int, end: date) -> None:
    assert months_later(start, number) == end


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.times(), st.integers(1, 60), st.sampled_from(ZONES))
def test_a_period_of_days_ends_at_the_same_time_of_day_and_is_arguable_to_the_end_of_it(
    day: date, at: time, number: int, name: str
) -> None:
    zone = ZoneInfo(name)
    start = datetime.combine(day, at, zone).astimezone(UTC).astimezone(zone)
    found, wanted = ends(Period(days=number), start, name), start.date() + timedelta(days=number)
    local = found.due_at.astimezone(zone)
    assert start.astimezone(UTC) < found.due_at <= found.latest_arguable_at
    assert local.date() == wanted or local.replace(tzinfo=None) <= datetime.combine(wanted, start.time())
    assert found.latest_arguable_at.astimezone(zone).date() > wanted


def test_a_period_of_days_keeps_the_wall_clock_and_one_of_hours_does_not() -> None:
    before = datetime(2027, 3, 26, 14, 45, tzinfo=ZoneInfo("Europe/Oslo"))
    assert ends(Period(days=3), before, "Europe/Oslo").due_at.isoformat() == "2027-03-29T12:45:00+00:00"
    assert ends(Period(hours=72), before, "Europe/Oslo").due_at.isoformat() == "2027-03-29T13:45:00+00:00"


def test_a_local_end_that_does_not_exist_is_read_as_the_earlier_moment() -> None:
    start = datetime(2027, 2, 28, 2, 30, tzinfo=ZoneInfo("Europe/Stockholm"))
    due_at = ends(Period(months=1), start).due_at
    assert due_at == utc(2027, 3, 28, 0, 30)
    assert due_at < utc(2027, 3, 28, 1, 0)  # before the hour that is skipped


def test_a_local_end_that_occurs_twice_is_read_as_the_earlier_moment() -> None:
    start = datetime(2027, 9, 30, 2, 30, tzinfo=ZoneInfo("Europe/Stockholm"))
    assert ends(Period(days=31), start).due_at == utc(2027, 10, 31, 0, 30)
    later = datetime(2027, 10, 31, 2, 30, tzinfo=ZoneInfo("Europe/Stockholm"), fold=1)
    assert ends(Period(days=1), later).due_at == utc(2027, 11, 1, 1, 30)


def test_of_several_lengths_the_first_end_binds_and_limits_what_can_be_argued() -> None:
    start = datetime(2027, 1, 31, 10, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
    both = ends(Period(days=30, months=1), start)
    assert both.due_at == ends(Period(months=1), start).due_at
    assert both.latest_arguable_at == utc(2027, 3, 1, 23)  # the month ends on a Sunday; Tuesday is 30 days
    assert both.latest_arguable_at < ends(Period(days=30), start).latest_arguable_at


def test_without_a_length_no_end_is_invented() -> None:
    assert Period().ends(utc(2026, 11, 22, 13, 5), "Europe/Stockholm") is None
    assert Period().as_soon_as_possible
    assert not Period(hours=72).as_soon_as_possible


@pytest.mark.parametrize("code", REGIMES)
def test_every_regime_cites_its_law_and_ends_after_it_starts(code: str) -> None:
    regime, start = REGIMES[code], utc(2026, 11, 22, 13, 5)
    assert regime.code == code
    assert regime.law
    for stage in regime.stages:
        assert stage.rule.basis
        found = stage.rule.period.ends(start, "Europe/Stockholm")
        assert found is None or start < found.due_at <= found.latest_arguable_at


def test_our_own_rule_counts_from_the_report_and_the_law_from_awareness() -> None:
    reported: Moments = {Anchor.REPORTED: utc(2026, 11, 22, 13, 5)}
    (acknowledge,) = open_clocks(REGIMES["house"], reported, "Europe/Stockholm")
    assert acknowledge.due_at == utc(2026, 11, 22, 13, 35)
    assert open_clocks(REGIMES["gdpr"], reported, "Europe/Stockholm") == []


def test_the_earlier_deadline_keeps_showing_until_somebody_agrees() -> None:
    earlier, later = utc(2026, 11, 25, 13), utc(2026, 11, 26, 13)
    assert effective_deadline(earlier, later, agreed=False) == earlier
    assert effective_deadline(later, earlier, agreed=False) == earlier
    assert effective_deadline(earlier, later, agreed=True) == later


@pytest.mark.parametrize(
    ("left", "level"),
    [
        (timedelta(hours=24, seconds=1), Urgency.CALM),
        (timedelta(hours=24), Urgency.SOON),
        (timedelta(hours=6), Urgency.SOON),
        (timedelta(hours=6) - timedelta(seconds=1), Urgency.CRITICAL),
        (timedelta(0), Urgency.CRITICAL),
        (-timedelta(seconds=1), Urgency.LATE),
    ],
)
def test_time_left_is_calm_then_soon_then_critical_then_late(left: timedelta, level: Urgency) -> None:
    assert urgency(left) is level
