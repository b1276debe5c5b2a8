"""Taking a case and what follows: of many at once one wins, and a case without an owner alarms again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from core.access import Role
from core.errors import Conflict, Invalid
from incidents import service
from incidents.case_notes import note_text, notes
from incidents.jobs import tick
from tests.fixtures.world import World
from tests.incidents.cases import Case

TOGETHER = 20


def test_of_twenty_who_take_it_at_once_one_wins(world: World) -> None:
    case = Case(world)
    start = Barrier(TOGETHER)

    def attempt(number: int) -> bool:
        start.wait()
        try:
            case.do(service.take, Role.MANAGER if number % 2 else Role.DEPUTY)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(TOGETHER) as pool:
        won = sum(pool.map(attempt, range(TOGETHER)))
    assert won == 1
    assert case.log().count("incident:taken") == 1
    assert case.now().state == "under_review"


def test_taking_stops_the_ladder_and_names_an_owner(world: World) -> None:
    case = Case(world)
    world.later(minutes=26)
    case.take()
    incident = case.now()
    clock = incident.clock("acknowledge")
    assert clock is not None
    assert (incident.owner_id, clock.stopped_at, clock.next_at) == (world.users["manager"].id, world.now, None)


def test_handing_back_starts_the_ladder_again(world: World) -> None:
    case = Case(world).take()
    world.later(hours=5)
    case.do(service.hand_back, Role.MANAGER, "Jag är på semester.")
    incident = case.now()
    clock = incident.clock("acknowledge")
    assert clock is not None
    assert (incident.state, incident.owner_id, clock.round) == ("reported", None, 2)
    assert clock.next_at == world.now + timedelta(minutes=30)
    assert case.told("case_free") == ["deputy", "manager"]
    tick(world.database, world.later(minutes=31))
    assert case.told("level_L1") == ["deputy"]


def test_containment_is_marked_with_its_moment_and_can_be_taken_back(world: World) -> None:
    case = Case(world).take()
    stopped_at = world.now - timedelta(minutes=10)
    case.do(service.contain, Role.MANAGER, "Mottagaren har raderat filen.", stopped_at)
    assert (case.now().containment, case.now().contained_at) == ("done", stopped_at)
    case.do(service.going_on_again, Role.MANAGER, "Den fanns kvar i papperskorgen.")
    assert (case.now().containment, case.now().contained_at) == ("open", None)


def test_a_note_keeps_both_moments_and_lies_sealed(world: World) -> None:
    case = Case(world).take()
    happened_at = world.now - timedelta(hours=2)
    case.do(service.note, Role.DPO, "Mottagaren ringde.", happened_at)
    with world.look() as session:
        [note] = notes(session, case.row(session))
        assert (note.happened_at, note.recorded_at) == (happened_at, world.now)
        assert "Mottagaren" not in note.text_sealed
        assert note_text(session, note) == "Mottagaren ringde."


def test_nothing_happens_in_the_future(world: World) -> None:
    case = Case(world).take()
    with pytest.raises(Invalid):
        case.do(service.note, Role.MANAGER, "Snart.", world.now + timedelta(minutes=1))
    with pytest.raises(Invalid):
        case.do(service.contain, Role.MANAGER, "Snart.", world.now + timedelta(minutes=1))
