"""Law section b: 72 elapsed hours, counted in UTC; Regulation 1182/71 only for the record."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.moment import utc
from incidents.clock import Anchor, Moments, Urgency, effective_deadline, open_clocks, urgency
from incidents.periods import Ends
from incidents.regimes import REGIMES

EXAMPLES = Path(__file__).parents[3] / "shared" / "data" / "law" / "clock_examples.json"
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
moments = st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.timezones())  # noqa: DTZ001 - given a zone


def notify(aware_at: datetime) -> Ends:
    (deadline,) = open_clocks(REGIMES["gdpr"], {str(Anchor.AWARE): aware_at}, "Europe/Stockholm")
    assert deadline.due_at is not None
    assert deadline.latest_arguable_at is not None
    return Ends(deadline.due_at, deadline.latest_arguable_at)


@pytest.mark.parametrize(("aware", "strict", "reg1182"), ROWS.values(), ids=ROWS.keys())
def test_the_authority_is_told_72_elapsed_hours_after_awareness(aware: str, strict: str, reg1182: str) -> None:
    deadline = notify(datetime.fromisoformat(aware))
    assert deadline.due_at == datetime.fromisoformat(strict)
    assert deadline.latest_arguable_at == datetime.fromisoformat(reg1182)


def published() -> list[dict[str, Any]]:
    return list(json.loads(EXAMPLES.read_text("utf-8"))["clock_examples"]) if EXAMPLES.exists() else []


@pytest.mark.skipif(not EXAMPLES.exists(), reason=f"the worked examples are not on this machine ({EXAMPLES.name})")
def test_every_worked_example_agrees() -> None:
    for row in published():
        deadline = notify(datetime.fromisoformat(row["awareness"]))
        assert deadline.due_at == datetime.fromisoformat(row["strict_deadline_utc"]), row["id"]
        assert deadline.latest_arguable_at == datetime.fromisoformat(row["reg1182_deadline_utc"]), row["id"]


@given(moments)
def test_72_hours_are_259200_seconds_in_every_zone(aware_at: datetime) -> None:
    deadline = notify(aware_at)
    assert deadline.due_at.timestamp() - aware_at.timestamp() == 259_200
    assert deadline.due_at.tzinfo is UTC


@given(moments)
def test_the_arguable_end_is_never_earlier_and_at_most_an_hour_later(aware_at: datetime) -> None:
    deadline = notify(aware_at)
    assert timedelta(0) < deadline.latest_arguable_at - deadline.due_at <= timedelta(hours=1)


def test_a_weekend_gives_no_relief() -> None:
    assert notify(utc(2026, 11, 27, 15, 30)).due_at == utc(2026, 11, 30, 15, 30)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        notify(datetime(2026, 11, 23, 9, 17))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize("code", REGIMES)
def test_every_regime_cites_its_law_and_ends_after_it_starts(code: str) -> None:
    regime, start = REGIMES[code], utc(2026, 11, 22, 13, 5)
    assert regime.code == code
    assert regime.law
    for stage in regime.stages:
        assert stage.rule.basis
        ends = stage.rule.period.ends(start, "Europe/Stockholm")
        assert ends is None or start < ends.due_at <= ends.latest_arguable_at


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
