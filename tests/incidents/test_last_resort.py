"""A reporter may name everybody as involved. Then the chair of the standing panel handles the case, and nobody else."""

import pytest

from core.access import Operation, Role
from core.errors import NotFound
from incidents.involvement import exclude
from incidents.jobs import tick
from incidents.queries import find, find_to_change
from incidents.queue import listed
from incidents.queue_filters import Filter
from incidents.standing_panel import PanelForm, save_panel
from tests.fixtures.world import World
from tests.incidents.cases import Case

EVERYBODY = [Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.DPO]


def panel(world: World) -> None:
    for key in ("per", "maj"):
        world.user(Role.COMMISSIONER, f"Ledamot {key}", key)
    form = PanelForm(chair=world.users[Role.COMMISSIONER].id, member_1=world.users["per"].id,
                     member_2=world.users["maj"].id)  # fmt: skip
    with world.change() as session:
        save_panel(session, world.actor(Role.HEAD), form, world.now)


def finds(case: Case, key: str, operation: Operation) -> bool:
    with case.world.look() as session:
        try:
            find(session, case.world.actor(key), case.reference, operation)
        except NotFound:
            return False
        return True


def test_the_chair_takes_and_handles_what_nobody_else_may_open(world: World) -> None:
    panel(world)
    case = Case(world, involved=EVERYBODY)
    assert case.told("new_report") == case.told("involved_person") == ["commissioner"]
    for key in (*EVERYBODY, "per"):
        assert not finds(case, key, Operation.READ_CASE)
    chair = world.actor(Role.COMMISSIONER)
    with world.look() as session:
        assert [one.reference for one in listed(session, chair, Filter.MINE, "", None, world.now).incidents] == [
            case.reference
        ]
    for operation in (Operation.TAKE_CASE, Operation.CLASSIFY_CASE, Operation.DECIDE):
        with world.change() as session:
            find_to_change(session, chair, case.reference, operation)
    assert not finds(case, Role.COMMISSIONER, Operation.READ_REPORTER)
    case.take(Role.COMMISSIONER)
    assert case.now().owner_id == chair.id


def test_the_ladder_reaches_the_chair(world: World) -> None:
    panel(world)
    case = Case(world, involved=EVERYBODY)
    tick(world.database, world.later(minutes=31))
    assert case.told("level_L1") == ["commissioner"]
    tick(world.database, world.later(hours=2))
    assert case.told("level_L2") == ["commissioner"]
    tick(world.database, world.later(hours=40))
    tick(world.database, world.later(hours=10))
    assert case.told("level_L3") == ["approver", "commissioner"]


def test_a_dpo_who_is_not_involved_hears_of_it_beside_the_chair(world: World) -> None:
    panel(world)
    case = Case(world, involved=[Role.MANAGER, Role.DEPUTY, Role.HEAD])
    assert case.told("new_report") == ["commissioner", "dpo"]


def test_the_chair_gets_nothing_while_one_leader_is_left(world: World) -> None:
    panel(world)
    case = Case(world, involved=[Role.MANAGER, Role.DEPUTY, Role.DPO])
    assert case.told("new_report") == ["head"]
    assert not finds(case, Role.COMMISSIONER, Operation.READ_CASE)


def test_an_involved_chair_leaves_it_to_the_next_seat(world: World) -> None:
    panel(world)
    case = Case(world, involved=EVERYBODY)
    case.do(exclude, "per", world.users[Role.COMMISSIONER].id, "")
    assert not finds(case, Role.COMMISSIONER, Operation.READ_CASE)
    assert finds(case, "per", Operation.TAKE_CASE)
    assert not finds(case, "maj", Operation.READ_CASE)


def test_without_a_panel_the_administrator_is_asked_to_appoint_somebody(world: World) -> None:
    case = Case(world, involved=EVERYBODY)
    assert case.told("new_report") == []
    assert case.told("nobody_left") == ["admin"]
    assert not finds(case, Role.ADMIN, Operation.READ_CASE)
    tick(world.database, world.later(minutes=31))
    assert case.told("nobody_left") == ["admin", "admin"]
    world.user(Role.HEAD, "Ny Ledning", "new head")
    assert finds(case, "new head", Operation.TAKE_CASE)
    tick(world.database, world.later(hours=2))
    assert case.told("level_L2") == ["new head"]


@pytest.mark.parametrize("path", ["", "/classify", "/commission", "/log"])
def test_the_chair_opens_the_pages_and_sees_what_can_be_done(small_world: World, path: str) -> None:
    panel(small_world)
    case = Case(small_world, involved=EVERYBODY)
    case.take(Role.COMMISSIONER)
    assert small_world.client(Role.COMMISSIONER).get(f"{case.path}{path}").status_code == 200
    assert small_world.client("per").get(f"{case.path}{path}").status_code == 404
    if not path:
        assert f"{case.path}/dismiss" in small_world.client(Role.COMMISSIONER).get(case.path).text
