"""The matrix and the rules, as arithmetic."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from risk.register.matrix import IMPACTS, LEVELS, LIKELIHOODS, SCALE, Level, Standing, level
from risk.register.rules import (
    LONGEST_ACCEPTANCE,
    Treatment,
    acceptance_ended,
    day_faults,
    head_signs,
    raised,
)

STEPS = st.sampled_from(SCALE)
TODAY = date(2026, 11, 22)
DAYS = st.integers(-500, 500).map(lambda number: TODAY + timedelta(days=number))


def test_the_sixteen_cells_are_those_of_the_picture() -> None:
    found = [[int(level(likelihood, impact)) for impact in SCALE] for likelihood in SCALE]
    assert found == [[1, 1, 2, 2], [1, 2, 3, 4], [2, 3, 4, 5], [2, 4, 5, 5]]
    assert set(LEVELS) == set(Level)
    assert list(LIKELIHOODS) == list(IMPACTS) == list(SCALE)


@given(STEPS, STEPS, STEPS)
def test_likelier_or_worse_is_never_a_lower_level(likelihood: int, impact: int, more: int) -> None:
    assert level(max(likelihood, more), impact) >= level(likelihood, impact)
    assert level(likelihood, max(impact, more)) >= level(likelihood, impact)
    assert level(likelihood, impact) == level(impact, likelihood) == Standing(likelihood, impact).level


@given(STEPS, st.sets(st.sampled_from(["antivirus", "backup_copies", "restore_test"])))
def test_failing_controls_raise_by_one_step_in_all_and_never_beyond_the_end(likelihood: int, failing: set[str]) -> None:
    found = raised(likelihood, failing)
    assert likelihood <= found <= 4
    assert found - likelihood == (1 if failing and likelihood < 4 else 0)


@given(STEPS, STEPS)
def test_the_head_signs_what_is_high_and_above(likelihood: int, impact: int) -> None:
    assert head_signs(likelihood, impact) == (likelihood * impact >= 8)


@given(st.sampled_from(Treatment), st.none() | DAYS, st.none() | DAYS)
def test_an_acceptance_has_an_end_within_a_year_and_every_risk_is_looked_at(
    treatment: Treatment, until: date | None, review: date | None
) -> None:
    wrong = day_faults(treatment, until, review, TODAY)
    within = until is not None and TODAY < until <= TODAY + LONGEST_ACCEPTANCE
    assert ("accept_until" in wrong) == (treatment is Treatment.ACCEPT and not within)
    assert ("review_on" in wrong) == (review is None or not TODAY <= review <= TODAY + timedelta(days=366))


@given(DAYS, st.integers(-3, 3))
def test_the_last_day_is_still_accepted(until: date, days: int) -> None:
    assert acceptance_ended(until, until + timedelta(days=days)) == (days > 0)
