"""When a machine is awaited, late, missed: by interval and by cron, over the days when clocks are changed. Pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.moment import utc
from risk.heartbeats.cron import BadLine, following, read
from risk.heartbeats.rules import (
    Kind,
    Schedule,
    State,
    answered,
    counted_from,
    expected_after,
    lasted,
    next_look,
    silence,
    was_deaf,
)

ZONE = "Europe/Stockholm"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NIGHTLY = Schedule(HOUR, cron="30 2 * * *", zone=ZONE)
MOMENTS = st.integers(0, 8 * 366 * 86400).map(lambda second: utc(2024, 1, 1) + timedelta(seconds=second))
LINES = st.sampled_from(["30 2 * * *", "*/15 * * * *", "0 3 * * 0", "0 0 L * *", "15 1-4 * * *", "0 12 29 2 *"])
ZONES = st.sampled_from([ZONE, "America/New_York", "Australia/Lord_Howe", "UTC", "Pacific/Apia"])


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


@pytest.mark.parametrize(
    ("after", "line", "comes"),
    [
        ("2026-03-28T12:00", "30 2 * * *", utc(2026, 3, 29, 1, 0)),  # 02:30 is not there that night: 03:00 CEST
        ("2026-10-24T12:00", "30 2 * * *", utc(2026, 10, 25, 0, 30)),  # 02:30 is there twice: once, the first
        ("2026-10-25T12:00", "30 2 * * *", utc(2026, 10, 26, 1, 30)),
        ("2026-03-29T00:30", "0 * * * *", utc(2026, 3, 29, 0, 0)),  # every hour goes on every hour
        ("2026-11-22T14:05", "0 8 * * 1-5", utc(2026, 11, 23, 7, 0)),
        ("2026-11-22T14:05", "0 0 29 2 *", utc(2028, 2, 28, 23, 0)),
    ],
)
def test_a_cron_line_is_meant_in_its_zone_also_when_clocks_change(after: str, line: str, comes: datetime) -> None:
    assert following(line, ZONE, local(after)) == comes


def test_in_the_hour_that_comes_twice_nothing_is_expected_in_the_past() -> None:
    """02:10 for the second time: the library's 02:30 is that of an hour ago."""
    second = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    assert following("30 2 * * *", ZONE, second) == utc(2026, 10, 26, 1, 30)


@given(MOMENTS, LINES, ZONES)
def test_what_follows_is_later_and_nothing_lies_between(after: datetime, line: str, zone: str) -> None:
    first = following(line, zone, after)
    assert first > after
    middle = after + (first - after) / 2
    assert following(line, zone, middle) == first


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("0 0 31 2 *", "never comes"),
        ("0 0 30 2 *", "never comes"),
        ("0 0 31 4,6,9,11 *", "never comes"),
        ("0 0 */5 2 1#5", "never comes"),  # a fifth Monday, but never on the 29th
        ("61 * * * *", "The first part"),
        ("0 24 * * *", "The second part"),
        ("0 0 32 * *", "The third part"),
        ("0 0 1 13 *", "The fourth part"),
        ("0 0 * * 8", "The fifth part"),
        ("*/0 * * * *", "The first part"),
        ("* * * * * *", "five parts"),
        ("@reboot", "five parts"),
        ("", "five parts"),
        ("0 2 * * * " + "0," * 100, "five parts"),
        ("R R * * *", "The first part"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(line: str, sentence: str) -> None:
    with pytest.raises(BadLine, match=sentence):
        read(line)


def test_a_line_is_kept_in_one_form() -> None:
    assert read("  30   2 * *  MON-FRI ") == "30 2 * * MON-FRI"
    assert read("@daily") == "0 0 * * *"
    assert read("0 0 * 2 1#5")  # a fifth Monday of February comes, in some leap years


def test_late_after_half_of_the_grace_and_missed_after_all_of_it() -> None:
    due = utc(2026, 11, 23, 1, 30)
    steps = {0: [], 30: [], 31: [State.LATE], 60: [State.LATE], 61: [State.LATE, State.MISSED]}
    for minutes, found in steps.items():
        assert silence(State.OK, due, HOUR, due + timedelta(minutes=minutes)) == found
    assert silence(State.LATE, due, HOUR, due + 2 * HOUR) == [State.MISSED]
    assert silence(State.FAILED, due, HOUR, due + timedelta(minutes=45)) == []
    assert silence(State.FAILED, due, HOUR, due + 2 * HOUR) == [State.MISSED]
    assert silence(State.MISSED, due, HOUR, due + 90 * DAY) == []
    assert silence(State.OFF, due, HOUR, due + 90 * DAY) == []


@given(st.sampled_from(State), st.timedeltas(timedelta(minutes=1), timedelta(days=40)), st.integers(0, 200))
def test_the_next_look_is_the_moment_at_which_something_changes(state: State, grace: timedelta, part: int) -> None:
    """The worker looks when the index says so; were it later than the change, an alarm would wait."""
    due = utc(2026, 11, 23, 1, 30)
    look, moment = next_look(state, due, grace), due + grace * part / 100
    assert bool(silence(state, due, grace, moment)) == (look is not None and moment > look)


def test_one_that_comes_a_moment_early_is_the_expected_one() -> None:
    due = utc(2026, 11, 23, 1, 30)
    assert expected_after(NIGHTLY, due - timedelta(seconds=20), due) == due + DAY
    assert expected_after(NIGHTLY, due - timedelta(minutes=2), due) == due
    assert expected_after(NIGHTLY, due + timedelta(minutes=20), due) == due + DAY
    each_minute = Schedule(HOUR, cron="* * * * *", zone=ZONE)
    assert expected_after(each_minute, due - timedelta(seconds=20), due) == due


def test_an_interval_runs_from_the_last_sign() -> None:
    schedule, at = Schedule(HOUR, interval=6 * HOUR), utc(2026, 11, 23, 1, 30)
    assert expected_after(schedule, at, at - HOUR) == at + 6 * HOUR
    assert schedule.first(at) == at + 30 * HOUR  # a day to set it up


def test_how_long_a_job_took_is_known_only_from_its_own_start() -> None:
    start = utc(2026, 11, 23, 1, 30)
    assert lasted(start, start - DAY, start + timedelta(minutes=20)) == timedelta(minutes=20)
    assert lasted(start, start + HOUR, start + DAY) is None  # that start belongs to the end before
    assert lasted(None, None, start) is None


def test_nobody_is_silent_while_nobody_listens() -> None:
    due, back = utc(2026, 11, 23, 1, 30), utc(2026, 11, 23, 6, 0)
    assert counted_from(due, None) == due
    assert counted_from(due, back) == back
    assert counted_from(due + DAY, back) == due + DAY
    assert was_deaf(back - timedelta(minutes=6), back)
    assert not was_deaf(back - timedelta(minutes=4), back)
    assert not was_deaf(None, back)
    assert not was_deaf(back + DAY, back)  # the clock was put back


def test_what_a_machine_says_is_its_state() -> None:
    assert (answered(Kind.SUCCESS), answered(Kind.FAIL)) == (State.OK, State.FAILED)
