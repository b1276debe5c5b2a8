"""A failing control raises, a passing check lowers, whoever comes first; nothing is decided."""

from datetime import timedelta
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.access import Role
from notifications.models import OutboxMessage
from notifications.opening import open_message
from risk.models import Control
from risk.register.learning import control_changed
from risk.register.models import Risk, RiskRaise
from risk.register.rules import ControlStands
from risk.service import adopt
from tests.fixtures.world import World, build
from tests.risk.register.risks import change, kinds, make, now_of, pages, sent

CODE, OTHER = "backup_copies", "restore_test"


@pytest.fixture
def leaning(world: World) -> tuple[World, Risk]:
    """A risk that leans on two controls, both in order."""
    with world.change() as session:
        adopt(session, world.now)
    return world, make(world, likelihood=2, impact=3, controls=[CODE, OTHER])


def tell(world: World, code: str, stands: str) -> int:
    with world.change() as session:
        return control_changed(session, session.get_one(Control, code), stands, world.now)


def test_a_failing_control_raises_by_one_with_its_reason_and_falls_back(leaning: tuple[World, Risk]) -> None:
    world, risk = leaning
    assert tell(world, CODE, "failed") == 1
    found = now_of(world, risk)
    assert (found.likelihood, found.current_likelihood, found.score) == (2, 3, 9)
    text = pages(world, Role.MANAGER).get(risk.path).text
    for words in ("A control puts the risk one step higher", "Backups are made is Not in order".lower()):
        assert words in text.lower() or words in text
    assert tell(world, CODE, "in_order") == 1
    found = now_of(world, risk)
    assert (found.likelihood, found.current_likelihood, found.score) == (2, 2, 6)
    assert kinds(world, risk)[-2:] == ["raised", "fell"]


def test_the_mail_has_before_and_after_and_why_and_comes_once_a_change(leaning: tuple[World, Risk]) -> None:
    world, _ = leaning
    for stands in ("late", "late", "missed", "failed"):
        tell(world, CODE, stands)
    assert sent(world) == ["risk_control"]
    with world.look() as session:
        mail = open_message(
            session, session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "risk_control")).one()
        )
    assert mail.to == "manager@nordhamn.example"
    assert (mail.facts["before"], mail.facts["after"], mail.facts["stands"]) == ("6 förhöjd", "9 hög", "sen")
    tell(world, CODE, "in_order")
    tell(world, CODE, "missed")
    assert sent(world) == ["risk_control"] * 2


def test_two_failing_controls_are_one_step_and_it_falls_with_the_last(leaning: tuple[World, Risk]) -> None:
    world, risk = leaning
    tell(world, CODE, "late")
    tell(world, OTHER, "failed")
    assert now_of(world, risk).current_likelihood == 3
    tell(world, CODE, "in_order")
    assert now_of(world, risk).current_likelihood == 3
    tell(world, OTHER, "in_order")
    assert now_of(world, risk).current_likelihood == 2


def test_what_a_person_sets_meanwhile_is_what_it_falls_back_to(leaning: tuple[World, Risk]) -> None:
    world, risk = leaning
    tell(world, CODE, "failed")
    change(world, risk, likelihood=4, impact=3, controls=[CODE, OTHER], why="Det har hänt tre gånger i år.")
    assert now_of(world, risk).current_likelihood == 4
    tell(world, CODE, "in_order")
    found = now_of(world, risk)
    assert (found.likelihood, found.current_likelihood) == (4, 4)


def test_a_control_that_fails_already_raises_when_it_is_linked_and_lets_go_when_it_is_not(world: World) -> None:
    with world.change() as session:
        adopt(session, world.now)
        session.get_one(Control, CODE).next_due_at = world.now - timedelta(days=1)
    risk = make(world, likelihood=2, impact=3, controls=[CODE])
    assert now_of(world, risk).current_likelihood == 3
    change(world, risk, controls=[])
    assert now_of(world, risk).current_likelihood == 2
    assert tell(world, CODE, "missed") == 0


def test_several_workers_raise_it_once(leaning: tuple[World, Risk]) -> None:
    world, risk = leaning
    workers = [Thread(target=tell, args=(world, code, "missed")) for code in (CODE, OTHER) * 4]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert now_of(world, risk).current_likelihood == 3
    with world.look() as session:
        assert len(session.scalars(select(RiskRaise)).all()) == 2
    assert sorted(sent(world)) == ["risk_control"] * 2
    assert kinds(world, risk).count("raised") == 2


def test_an_ended_risk_learns_nothing(leaning: tuple[World, Risk]) -> None:
    world, risk = leaning
    with world.change() as session:
        session.get_one(Risk, risk.id).state = "closed"
    assert tell(world, CODE, "failed") == 0


NEWS = st.lists(st.tuples(st.sampled_from([CODE, OTHER]), st.sampled_from(ControlStands)), max_size=12)


@pytest.fixture(scope="module")
def kept(databases: object, tmp_path_factory: pytest.TempPathFactory) -> World:
    made = build(databases.fresh("sqlite"), tmp_path_factory.mktemp("learning"))  # type: ignore[attr-defined]
    with made.change() as session:
        adopt(session, made.now)
    return made


@settings(max_examples=12)
@given(NEWS, st.integers(1, 4))
def test_after_any_news_it_stands_at_what_was_set_or_one_above(
    kept: World, news: list[tuple[str, ControlStands]], likelihood: int
) -> None:
    with kept.change() as session:
        for code in (CODE, OTHER):
            control_changed(session, session.get_one(Control, code), "in_order", kept.now)
    risk = make(kept, likelihood=likelihood, impact=2, controls=[CODE, OTHER])
    last: dict[str, ControlStands] = {}
    for code, stands in news:
        tell(kept, code, stands)
        last[code] = stands
    fails = any(one is not ControlStands.IN_ORDER for one in last.values())
    found = now_of(kept, risk)
    assert found.likelihood == likelihood
    assert found.current_likelihood == (min(4, likelihood + 1) if fails else likelihood)
