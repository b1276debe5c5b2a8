"""The ladder of ux section 3: L1 30 min, L2 2 h, L3 24 h left, L4 6 h left, L5 overdue."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.moment import utc
from incidents.escalation import (
    TO_A_DEADLINE,
    TO_TAKE_IT,
    Audience,
    ClockFacts,
    Level,
    Raised,
    levels,
    levels_due,
    next_alarm,
    next_level_after,
)
from incidents.regimes import REGIMES

REPORTED = utc(2026, 11, 22, 13, 5)
DUE = REPORTED + timedelta(hours=72)
taking = ClockFacts(TO_TAKE_IT, REPORTED, REPORTED + timedelta(minutes=30))
notifying = ClockFacts(TO_A_DEADLINE, REPORTED, DUE)


def named(facts: ClockFacts) -> list[tuple[Level, datetime]]:
    return [(step.level, at) for step, at in levels(facts)]


STEPS = {step.level: step for step in (*TO_TAKE_IT, *TO_A_DEADLINE)}


def test_nobody_takes_the_report_then_the_deputy_then_the_dpo_and_the_head_are_told() -> None:
    assert named(taking) == [
        (Level.L1, REPORTED + timedelta(minutes=30)),
        (Level.L2, REPORTED + timedelta(hours=2)),
    ]
    assert STEPS[Level.L1].tells == {Audience.DEPUTY}
    assert STEPS[Level.L2].tells == {Audience.DPO, Audience.HEAD}


def test_an_unfiled_notice_escalates_24_and_6_hours_before_the_deadline_and_at_it() -> None:
    assert named(notifying) == [
        (Level.L3, DUE - timedelta(hours=24)),
        (Level.L4, DUE - timedelta(hours=6)),
        (Level.L5, DUE),
    ]


def test_everyone_who_may_release_is_told_at_l3_and_l4() -> None:
    for level in (Level.L3, Level.L4):
        assert STEPS[level].tells == {Audience.MANAGER, Audience.DPO, Audience.RELEASERS}
    assert STEPS[Level.L5].tells == {Audience.HEAD, Audience.DPO, Audience.MANAGER}


def test_what_falls_after_the_duty_was_done_never_fires() -> None:
    taken = ClockFacts(TO_TAKE_IT, REPORTED, DUE, stopped_at=REPORTED + timedelta(hours=1))
    assert named(taken) == [(Level.L1, REPORTED + timedelta(minutes=30))]


def test_after_a_week_down_every_missed_level_is_still_due_at_its_true_time() -> None:
    back = DUE + timedelta(days=7)
    assert levels_due(notifying, back) == levels(notifying)
    assert next_level_after(notifying, back) is None


def test_a_short_clock_never_escalates_before_it_started() -> None:
    short = ClockFacts(TO_A_DEADLINE, REPORTED, REPORTED + timedelta(hours=4))
    assert [at for _, at in levels(short)] == [REPORTED, REPORTED, REPORTED + timedelta(hours=4)]


def test_each_rung_stands_once_and_counts_from_one_end_only() -> None:
    assert list(STEPS) == list(Level)
    assert all((step.after_start is None) != (step.before_due is None) for step in STEPS.values())


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.timedeltas(timedelta(0), timedelta(days=10)))  # noqa: DTZ001
def test_the_next_level_is_the_first_that_is_not_yet_due(start: datetime, waited: timedelta) -> None:
    started = utc(start.year, start.month, start.day, start.hour, start.minute)
    facts = ClockFacts(TO_A_DEADLINE, started, started + timedelta(hours=72))
    now = started + waited
    due, following = levels_due(facts, now), next_level_after(facts, now)
    rest = levels(facts)[len(due) :]
    assert due + rest == levels(facts)
    assert following == (rest[0][1] if rest else None)


RUNGS = {(regime.code, stage.duty, step.level): step
         for regime in REGIMES.values() for stage in regime.stages for step in stage.ladder}  # fmt: skip


@given(st.sampled_from(sorted(RUNGS)), st.integers(1, 40), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_an_alarm_never_goes_out_again_at_once(rung: tuple[str, str, Level], alarms: int, waited: timedelta) -> None:
    step = RUNGS[rung]
    for acknowledged_at in (None, REPORTED + waited):
        again = Raised(step, alarms, REPORTED, acknowledged_at).again_at()
        assert again is None or again > REPORTED + timedelta(minutes=1)


@given(st.sampled_from(sorted(RUNGS)), st.integers(1, 40))
def test_every_alarm_tells_somebody(rung: tuple[str, str, Level], number: int) -> None:
    assert RUNGS[rung].alarm(number)


@given(st.timedeltas(timedelta(0), timedelta(days=20)))
def test_an_answer_rests_for_the_patience_of_its_level_and_no_longer(waited: timedelta) -> None:
    step = STEPS[Level.L4]
    answered = Raised(step, 1, REPORTED, REPORTED + waited)
    assert answered.again_at() == REPORTED + waited + step.patience


def test_an_unanswered_alarm_moves_to_the_deputy_and_then_to_the_dpo_and_the_head() -> None:
    step = STEPS[Level.L4]
    moved = [(step.wait_after(alarms), step.alarm(alarms)) for alarms in (1, 2, 3)]
    assert moved[:2] == [
        (timedelta(minutes=30), frozenset({Audience.DEPUTY})),
        (timedelta(hours=1), frozenset({Audience.DPO, Audience.HEAD})),
    ]
    assert moved[2][0] is None


@given(st.timedeltas(timedelta(0), timedelta(days=6)), st.integers(1, 5))
def test_the_next_look_is_never_later_than_the_next_level(waited: timedelta, alarms: int) -> None:
    now = REPORTED + waited
    due = levels_due(notifying, now)
    last = Raised(due[-1][0], alarms, due[-1][1]) if due else None
    level, alarm = next_level_after(notifying, now), next_alarm(notifying, last, now)
    assert level is None or (alarm is not None and alarm <= level)


def test_what_is_done_alarms_no_more() -> None:
    done = ClockFacts(TO_A_DEADLINE, REPORTED, DUE, stopped_at=DUE)
    assert next_alarm(done, Raised(STEPS[Level.L5], 1, DUE), DUE + timedelta(days=3)) is None
