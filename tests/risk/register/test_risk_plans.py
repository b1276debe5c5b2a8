"""What moved last is found from the end of the history, however long it is."""

import pytest
from sqlalchemy import select

from core.access import Role
from incidents.risks.story import LATELY, lately
from risk.register.models import Risk
from tests.fixtures.plans import kind_of, plans
from tests.fixtures.world import World
from tests.risk.register.risks import change, make


@pytest.fixture
def moved(world: World) -> World:
    """Three risks, each moved up and down again and again."""
    for risk in [make(world, likelihood="1") for _ in range(3)]:
        for likelihood in ("2", "3", "2", "4"):
            change(world, risk, likelihood=likelihood, why="Ny bild.")
    return world


def test_the_last_moves_are_named_with_their_risks(moved: World) -> None:
    with moved.look() as session:
        found = lately(session, moved.actor(Role.MANAGER), "en")
        first = min(session.scalars(select(Risk.id)))  # a database that another test has left counts on
    assert [(step.name, step.after.score if step.after else 0) for step in found] == [
        (f"R{first + place}", score) for place, score in [(2, 12), (2, 6), (2, 9), (2, 6), (1, 12)][:LATELY]
    ]


def test_the_history_is_walked_and_never_gathered(moved: World) -> None:
    with moved.look() as session:
        asked = plans(moved, lambda: lately(session, moved.actor(Role.MANAGER), "en"), ["risk_change"])
    plan = next(one for one in asked if "ORDER BY risk_change.id DESC" in one.statement)
    if kind_of(moved) == "sqlite":
        assert plan.steps.startswith("SCAN risk_change\n"), plan
        assert "TEMP B-TREE" not in plan.steps, plan
    else:
        assert "Index Scan Backward using pk_risk_change on risk_change" in plan.steps, plan
        assert "Sort" not in plan.steps, plan
