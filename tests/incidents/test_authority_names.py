"""People know an authority by the name it had, or by another: it is found where it is chosen and searched for."""

import pytest

from core.access import Role
from incidents import notifying
from tests.fixtures.world import World
from tests.incidents.cases import Case


@pytest.mark.parametrize("place", ["settings", "case"])
def test_the_former_name_stands_where_an_authority_is_chosen(small_world: World, place: str) -> None:
    path = "/settings" if place == "settings" else f"{Case(small_world).take().path}/authority"
    page = small_world.client(Role.HEAD).get(path).text
    assert "tidigare Datainspektionen</option>" in page
    assert "Statens dataskyddsinspektion" in page


@pytest.mark.parametrize(
    ("authority", "asked", "found"),
    [
        ("imy", "Datainspektionen", True),
        ("imy", "imy", True),
        ("vdai", "Statens dataskyddsinspektion", True),
        ("vdai", "Datainspektionen", False),
        ("imy", "data", False),
    ],
)
def test_a_case_is_found_by_any_name_of_the_authority_it_was_told_to(
    world: World, authority: str, asked: str, found: bool
) -> None:
    case = Case(world).take()
    case.do(lambda session, actor, one, now: notifying.draft(session, actor, one, authority, now), Role.MANAGER)
    assert (case.reference in world.client(Role.DPO).get(f"/incidents?q={asked}").text) is found
