"""FADP Art. 24: one file adds a regime; as soon as possible, from a high risk on, and no invented hours."""

from datetime import timedelta

from core.moment import utc
from incidents.clock import open_clocks
from incidents.clock_words import explain_stage
from incidents.escalation import ClockFacts, Level, levels
from incidents.regimes import REGIMES
from incidents.rules import Anchor, Threshold

AWARE = utc(2026, 11, 22, 13, 5)
ZURICH = "Europe/Zurich"


def test_the_commissioner_is_told_as_soon_as_possible() -> None:
    (clock,) = open_clocks(REGIMES["fadp"], {str(Anchor.AWARE): AWARE}, ZURICH)
    assert (clock.duty, clock.started_at, clock.due_at) == ("notify_fdpic", AWARE, None)
    assert clock.stage.rule.threshold is Threshold.HIGH_RISK
    assert not REGIMES["fadp"].everywhere


def test_it_is_not_silent_for_having_no_deadline() -> None:
    (clock,) = open_clocks(REGIMES["fadp"], {str(Anchor.AWARE): AWARE}, ZURICH)
    fallen = [(step.level, at - AWARE) for step, at in levels(ClockFacts(clock.stage.ladder, AWARE, None))]
    assert fallen == [(Level.L3, timedelta(days=1)), (Level.L4, timedelta(days=3))]


def test_it_explains_itself_in_both_languages() -> None:
    (stage,) = REGIMES["fadp"].stages
    assert "så snart som möjligt" in explain_stage("fadp", stage, "sv", ZURICH)
    assert "as soon as possible, counted from the moment we became aware (FADP Art. 24(1))" in explain_stage(
        "fadp", stage, "en", ZURICH
    )
