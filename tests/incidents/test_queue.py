"""The queue: the shortest time left first, pages by key, and only what is meant for whoever looks."""

from datetime import timedelta
from functools import partial

import pytest

from core.access import Role
from incidents.ending import dismiss
from incidents.models import Exclusion
from incidents.queue import PAGE, Cursor, listed
from incidents.queue_counts import count, counts
from incidents.queue_filters import Filter
from tests.fixtures.world import World
from tests.incidents.cases import Case


def references(world: World, chosen: Filter = Filter.OPEN, asked: str = "", role: str = Role.MANAGER) -> list[str]:
    """Every row, page by page."""
    found: list[str] = []
    cursor: Cursor | None = None
    with world.look() as session:
        while True:
            page = listed(session, world.actor(role), chosen, asked, cursor, world.now)
            found += [incident.reference for incident in page.incidents]
            if not page.next:
                return found
            cursor = Cursor.read(page.next)


def test_the_shortest_time_left_comes_first_and_what_has_no_deadline_last(world: World) -> None:
    first = Case(world)
    world.later(hours=1)
    second = Case(world)
    world.later(hours=1)
    third = Case(world).take()
    third.know(Role.MANAGER, world.now - timedelta(hours=30), reason="Växeln visste redan.")
    with world.change() as session:
        clock = first.row(session).clock("notify_authority")
        assert clock is not None
        clock.stopped_at = world.now
    assert references(world) == [third.reference, second.reference, first.reference]


def test_every_case_is_on_one_page_exactly_also_when_deadlines_are_equal(world: World) -> None:
    made = [Case(world).reference for _ in range(PAGE + 5)]
    with world.change() as session:
        for reference in made[::3]:
            case = Case.__new__(Case)
            case.world, case.reference = world, reference
            for clock in case.row(session).clocks:
                clock.stopped_at = world.now
    found = references(world)
    assert sorted(found) == sorted(made)
    assert len(found) == len(set(found))


def test_filters_and_their_numbers_agree(world: World) -> None:
    mine = Case(world).take()
    deputys = Case(world).take(Role.DEPUTY)
    free = Case(world)
    ended = Case(world).take()
    ended.do(dismiss, Role.MANAGER, "Inga personuppgifter.")
    ended.sign(Role.HEAD)
    world.later(hours=49)
    expected = {
        Filter.OPEN: {mine.reference, deputys.reference, free.reference},
        Filter.MINE: {mine.reference, free.reference},
        Filter.FREE: {free.reference},
        Filter.SHORT: {mine.reference, deputys.reference, free.reference},
        Filter.ENDED: {ended.reference},
        Filter.HISTORY: set(),
    }
    assert {chosen: set(references(world, chosen)) for chosen in Filter} == expected
    with world.look() as session:
        numbers = counts(session, world.actor(Role.MANAGER), world.now)
    assert numbers == {chosen: len(rows) for chosen, rows in expected.items()}


def test_the_number_of_those_due_soon_is_exact_however_many_deadlines_are_not_for_this_reader(world: World) -> None:
    manager, cases = world.users[Role.MANAGER].id, [Case(world) for _ in range(5)]
    world.later(hours=49)
    with world.change() as session:
        session.add_all(Exclusion(incident_id=case.row(session).id, user_id=manager, by_id="x", at=world.now)
                        for case in cases[:4])  # fmt: skip
    with world.look() as session:
        ask = partial(count, session, chosen=Filter.SHORT, now=world.now)
        assert [ask(world.actor(Role.MANAGER), most=most) for most in (0, 1, 9)] == [1, 1, 1]
        assert [ask(world.actor(Role.DEPUTY), most=most) for most in (0, 3, 4, 9)] == [1, 4, 5, 5]


def test_a_signature_waits_for_the_head(world: World) -> None:
    case = Case(world).take()
    case.do(dismiss, Role.MANAGER, "Inga personuppgifter.")
    assert references(world, Filter.MINE, role=Role.HEAD) == [case.reference]


def test_search_finds_reference_title_system_and_cause_in_any_case(world: World) -> None:
    case = Case(world).take().classify()
    Case(world)
    for asked in (case.reference.lower(), "KUNDLISTA", "kundregistret företag", "fel mottagare eller fel adress"):
        assert references(world, asked=asked) == [case.reference], asked
    assert references(world, asked="100%") == []
    assert references(world, asked="ingenting") == []


@pytest.mark.parametrize("text", ["", "x", "d.", "d.abc.1", "r.1", "d.99999999999999999999.1", "ä.1.2"])
def test_an_altered_cursor_counts_as_none(text: str) -> None:
    assert Cursor.read(text) is None


def test_a_commissioner_sees_only_the_cases_they_are_called_to(small_world: World) -> None:
    Case(small_world)
    assert references(small_world, role=Role.COMMISSIONER) == []
