"""The table of the bench: pairs in turn, and a verdict that only a ratio decides."""

import pytest

from bench.measure import Outcome, in_turn, table


def test_pairs_alternate_and_keep_their_sides() -> None:
    order: list[str] = []

    def side(name: str, value: float) -> float:
        order.append(name)
        return value

    figures = in_turn(lambda: side("ours", 1), lambda: side("bare", 2), 3)
    assert order == ["ours", "bare", "bare", "ours", "ours", "bare"]
    assert figures == ((1, 1, 1), (2, 2, 2))


@pytest.mark.parametrize(
    ("ours", "more", "verdict"),
    [
        (2, False, "met"),
        (2.9, False, "missed"),
        (3.1, False, "missed by far"),
        (2, True, "met"),
        (1, True, "missed by far"),
    ],
)
def test_the_bar_is_held_against_the_median_of_the_ratios(ours: float, more: bool, verdict: str) -> None:
    outcome = Outcome("P0", "something", "s", ((ours, 100.0, ours), (1, 1, 1)), bar=2, more=more)
    assert outcome.ratio == ours
    assert outcome.verdict == verdict
    assert verdict in table([outcome])


def test_what_cannot_be_measured_says_what_it_needs_and_fails_nothing() -> None:
    outcome = Outcome("P0", "something", "s", ((), ()), bar=2, missing="needs a program: apt-get install it")
    assert outcome.missed_by == 0
    assert "not measured: needs a program: apt-get install it" in table([outcome])
