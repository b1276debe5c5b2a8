"""The list of controls: page by page in the order of the rules, by state and by rule, without reading every check."""

import re
from datetime import timedelta

import pytest

from core.access import Role
from risk.control_status import Result, Status
from risk.controls import list_view
from risk.controls.asking import PAGE, Asked, counts, of_rule, page_of, read_asked, rules_of
from risk.controls.cards import CONTROLS
from risk.controls.roll import roll
from risk.models import Control
from risk.queries import adopted, last_checks
from risk.service import TickForm, adopt, tick_control
from tests.fixtures.plans import plans, recorded
from tests.fixtures.world import World
from tests.risk.controls.test_own import added
from tests.risk.test_control_pages import english

INDEXED = r"ix_control_check_control_code_done_at|ix_control_check_proof_expires_on"
OWN = 8  # more than one page, with the catalogue's


def kept(world: World) -> World:
    with world.change() as session:
        adopt(session, world.now)
    for number in range(OWN):
        added(world, title=f"Egen {number}", clause="3.7" if number % 2 else "")
    return world


def check(world: World, code: str, result: Result = Result.PASS) -> None:
    with world.change() as session:
        form = TickForm(result=result, done_on=world.now.date(), note="Gjort.")
        tick_control(session, world.actor(Role.MANAGER), session.get_one(Control, code), form, [], world.now)


def test_each_control_stands_on_one_page_in_the_order_of_the_rules(world: World) -> None:
    kept(world)
    with world.look() as session:
        every = roll(session, world.actor(Role.MANAGER), world.now)
        order = [control.code for control in adopted(session, world.actor(Role.MANAGER))]
    first, following = page_of(every, Asked(), "")
    second, end = page_of(every, Asked(), following)
    assert [entry.code for entry in first + second] == order == [entry.code for entry in every]
    assert (len(first), len(second), end) == (PAGE, len(CONTROLS) + OWN - PAGE, "")
    assert page_of(every, Asked(), "no_such_code") == (first, following)


def test_a_page_begins_after_a_control_that_the_filter_no_longer_shows(world: World) -> None:
    kept(world)
    asked = Asked("never")
    with world.look() as session:
        before = roll(session, world.actor(Role.MANAGER), world.now)
    _, following = page_of(before, asked, "")
    check(world, following)
    with world.look() as session:
        after = roll(session, world.actor(Role.MANAGER), world.now)
    assert page_of(after, asked, following) == page_of(before, asked, following)


def test_the_numbers_are_those_of_the_rows_whatever_is_asked_for(world: World) -> None:
    kept(world)
    check(world, "antivirus", Result.FAIL)
    check(world, "restore_test", Result.NOT_APPLICABLE)
    with world.look() as session:
        for now in (world.now, world.now + timedelta(days=25), world.now + timedelta(days=60)):
            every = roll(session, world.actor(Role.MANAGER), now)
            for rule in ("", *rules_of(every)):
                for kind, number in counts(of_rule(every, rule)).items():
                    found, after = page_of(every, Asked(kind, rule), "")
                    while after:
                        more, after = page_of(every, Asked(kind, rule), after)
                        found += more
                    assert (kind, rule, len(found)) == (kind, rule, number)
        assert counts(roll(session, world.actor(Role.MANAGER), world.now))["failed"] == 1


def test_a_row_says_what_its_last_check_found(world: World) -> None:
    kept(world)
    check(world, "antivirus", Result.FAIL)
    check(world, "restore_test", Result.NOT_APPLICABLE)
    check(world, "network_protection")
    with world.look() as session:
        shown = list_view.rows(session, roll(session, world.actor(Role.AUDITOR), world.now), world.now, "en")
        alone = [
            list_view.row(session, world.actor(Role.AUDITOR), session.get_one(Control, row.code), world.now, "en")
            for row in shown
        ]
    assert shown == alone
    stands = {row.code: row.status for row in shown}
    assert stands["antivirus"] is Status.FAILED
    assert stands["restore_test"] is Status.NOT_APPLICABLE
    assert stands["network_protection"] is Status.OK
    assert stands["own_password_only"] is Status.NEVER
    assert {row.code for row in shown if row.done_at} == {"antivirus", "restore_test", "network_protection"}


def test_what_cannot_be_read_asks_for_nothing() -> None:
    assert read_asked([], "what", "3.7") == Asked()
    assert Asked("soon", "3.7").href(rule="") == "/controls?show=soon"
    assert Asked("all", "3.7").href(after="antivirus") == "/controls?rule=3.7&after=antivirus"


def test_the_pages_lead_to_each_other_and_the_filter_stays(small_world: World) -> None:
    kept(small_world)
    manager = english(small_world, Role.MANAGER)
    first = manager.get("/controls").text
    following = re.search(r'rel="next" href="(/controls\?after=[^"]+)"', first)
    assert following
    second = manager.get(following[1]).text
    assert 'href="/controls">To the first page' in second
    assert 'rel="next"' not in second
    assert first.count('<tr role="row">') + second.count('<tr role="row">') - 2 == len(CONTROLS) + OWN
    of_one = manager.get("/controls?rule=3.7").text
    assert "Restore a backup" not in of_one
    assert len(re.findall(r'class="hit"[^>]*>Egen', of_one)) == OWN // 2
    assert 'href="/controls?show=never&amp;rule=3.7"' in of_one
    assert "remove the filter" in of_one
    assert len(re.findall(r'class="hit"[^>]*>Egen', manager.get("/controls?rule=own").text)) == OWN // 2


@pytest.mark.parametrize("rounds", [1, 3])
def test_checks_are_found_by_their_index_and_in_as_many_questions_as_ever(world: World, rounds: int) -> None:
    """However often controls were done: the last check and the last months, never all of them."""
    kept(world)
    for _ in range(rounds):
        for code in ("antivirus", "restore_test"):
            check(world, code)
        world.later(days=400)

    def draw() -> None:
        with world.look() as session:
            every = roll(session, world.actor(Role.MANAGER), world.now)
            list_view.rows(session, page_of(every, Asked(), "")[0], world.now, "sv")

    with recorded(world, ["control_check"]) as said:
        draw()
    statements = {statement for statement, _ in said}
    assert len(statements) == 4  # was it done, what was found last, the last months, the proofs that run out
    assert sum("control_check.done_at > " in statement for statement in statements) == 1
    for plan in plans(world, draw, ["control_check"]):
        assert re.search(INDEXED, plan.steps), plan
        assert not re.search(r"SCAN control_check|Seq Scan on control_check", plan.steps), plan


def test_the_last_check_by_a_moment_is_found_by_its_index_too(world: World) -> None:
    kept(world)
    check(world, "antivirus", Result.FAIL)
    between = world.now + timedelta(days=1)
    world.later(days=3)
    check(world, "antivirus")
    with world.look() as session:
        assert {code: one.result for code, one in last_checks(session, between).items()} == {"antivirus": "fail"}
        assert {code: one.result for code, one in last_checks(session, world.now).items()} == {"antivirus": "pass"}
        assert last_checks(session, between - timedelta(days=2)) == {}
        for plan in plans(world, lambda: last_checks(session, between), ["control_check"]):
            assert "ix_control_check_control_code_done_at" in plan.steps, plan
