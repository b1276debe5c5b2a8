"""Controls by the calendar: due, late, missed, reminded, and the picture of twelve months."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.moment import utc
from risk.control_status import (
    Duty,
    Reminder,
    Result,
    Status,
    due_after,
    end_of_day,
    first_due,
    months,
    next_due,
    reminders,
    status,
)

ZONE = "Europe/Stockholm"
QUARTER, WEEK, GRACE = timedelta(days=92), timedelta(days=7), timedelta(days=14)
DUE = end_of_day(date(2026, 11, 19), ZONE)


def test_a_due_day_ends_where_the_company_is() -> None:
    assert utc(2026, 11, 19, 22, 59) == DUE
    assert end_of_day(date(2026, 7, 1), ZONE) == utc(2026, 7, 1, 21, 59)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (DUE - timedelta(days=15), Status.OK),
        (DUE - timedelta(days=14), Status.SOON),
        (DUE, Status.SOON),
        (DUE + timedelta(minutes=1), Status.LATE),
        (DUE + GRACE, Status.LATE),
        (DUE + GRACE + timedelta(minutes=1), Status.MISSED),
    ],
)
def test_a_control_is_soon_then_late_then_missed(now: datetime, expected: Status) -> None:
    assert status(DUE, QUARTER, GRACE, now) is expected


def test_a_control_is_not_ok_before_anybody_has_done_it() -> None:
    assert status(DUE, QUARTER, GRACE, DUE - timedelta(days=60), ever=False) is Status.NEVER
    assert status(DUE, QUARTER, GRACE, DUE, ever=False) is Status.NEVER
    assert status(DUE, QUARTER, GRACE, DUE + timedelta(minutes=1), ever=False) is Status.LATE


def test_a_weekly_control_is_not_soon_all_the_time() -> None:
    assert status(DUE, WEEK, timedelta(days=2), DUE - timedelta(days=3)) is Status.OK
    assert status(DUE, WEEK, timedelta(days=2), DUE - timedelta(days=1)) is Status.SOON


def test_reminders_come_once_each_in_their_order() -> None:
    assert reminders(DUE, QUARTER, GRACE, DUE - timedelta(days=20)) == []
    assert reminders(DUE, QUARTER, GRACE, DUE - timedelta(days=13)) == [Reminder.TWO_WEEKS]
    assert reminders(DUE, QUARTER, GRACE, DUE - timedelta(hours=1)) == list(Reminder)[:3]
    assert reminders(DUE, QUARTER, GRACE, DUE + timedelta(hours=1)) == list(Reminder)[:4]
    assert reminders(DUE, QUARTER, GRACE, DUE + timedelta(days=30)) == list(Reminder)


def test_a_weekly_control_is_announced_on_its_day_only() -> None:
    assert reminders(DUE, WEEK, timedelta(days=2), DUE - timedelta(hours=1)) == [Reminder.TODAY]


@given(st.integers(1, 400), st.integers(0, 60), st.integers(-60, 120))
def test_a_late_reminder_is_given_exactly_when_the_status_says_late(interval: int, grace: int, day: int) -> None:
    now = DUE + timedelta(days=day, minutes=1)
    given_now = reminders(DUE, timedelta(days=interval), timedelta(days=grace), now)
    stands = status(DUE, timedelta(days=interval), timedelta(days=grace), now)
    assert (Reminder.LATE in given_now) == (stands in {Status.LATE, Status.MISSED})
    assert (Reminder.MISSED in given_now) == (stands is Status.MISSED)


def test_the_next_day_is_one_interval_after_it_was_done() -> None:
    assert next_due(date(2026, 5, 19), timedelta(days=184), ZONE) == DUE


def test_what_was_not_in_order_is_due_again_after_the_grace() -> None:
    done = date(2026, 11, 5)
    assert due_after(Result.FAIL, done, QUARTER, GRACE, ZONE) == DUE
    assert due_after(Result.PASS, done, QUARTER, GRACE, ZONE) == next_due(done, QUARTER, ZONE)
    assert due_after(Result.FAIL, done, QUARTER, timedelta(0), ZONE) == next_due(done, timedelta(days=1), ZONE)


def test_the_first_check_is_due_within_a_month() -> None:
    assert first_due(date(2026, 11, 5), WEEK, ZONE) == next_due(date(2026, 11, 5), WEEK, ZONE)
    assert first_due(date(2026, 11, 5), timedelta(days=365), ZONE) == end_of_day(date(2026, 12, 5), ZONE)


def test_twelve_months_show_what_was_done_when() -> None:
    now = utc(2026, 11, 24, 12)
    duties = [
        Duty(utc(2025, 1, 1), utc(2025, 1, 1)),  # too old for the picture
        Duty(utc(2026, 2, 10), utc(2026, 1, 9)),  # in time
        Duty(utc(2026, 4, 10), utc(2026, 4, 12)),  # within the grace
        Duty(utc(2026, 7, 14), utc(2026, 9, 1)),  # long after it
        Duty(utc(2026, 11, 1), None),  # open, the grace is over
    ]
    shown = months(duties, GRACE, now, ZONE)
    assert shown == ["none", "ok", "none", "none", "late", "none", "none", "miss", "none", "none", "none", "miss"]


def test_a_check_that_found_something_not_in_order_is_no_good_month() -> None:
    now, done = utc(2026, 11, 24, 12), utc(2026, 11, 9)
    assert months([Duty(utc(2026, 11, 10), done, failed=True)], GRACE, now, ZONE)[-1] == "fail"
    late = months([Duty(utc(2026, 10, 1), done, failed=True)], GRACE, now, ZONE)
    assert late[-2:] == ["miss", "fail"]


def test_what_is_not_due_yet_is_no_blot() -> None:
    assert months([Duty(DUE, None)], GRACE, DUE - timedelta(hours=2), ZONE) == ["none"] * 12
    assert months([Duty(DUE, None)], GRACE, DUE + timedelta(days=2), ZONE)[-1] == "late"
