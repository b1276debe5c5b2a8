"""Whoever is involved sees no trace of the case: not in lists, counts, search, pages, log or mails."""

import re

import pytest

from core.access import Operation, Role
from core.errors import NotFound
from incidents.ending import dismiss
from incidents.involvement import exclude
from incidents.jobs import tick
from incidents.queries import find
from incidents.queue import listed
from incidents.queue_counts import counts
from incidents.queue_filters import Filter
from tests.fixtures.world import World
from tests.incidents.cases import Case

REQUEST_ID = re.compile(r"[0-9a-f]{16}")
PAGES = ["", "/log", "/classify", "/aware", "/merge", "/dismiss", "/close", "/reopen", "/involved", "/note",
         "/lesson", "/contain", "/hand-back", "/target"]  # fmt: skip


def leave_out(case: Case, key: str, by: str = Role.HEAD) -> None:
    case.do(exclude, by, case.world.users[key].id, "Den som skickade mejlet.")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.DPO, Role.AUDITOR])
def test_the_excluded_find_nothing(world: World, role: Role) -> None:
    case = Case(world)
    leave_out(case, role, by=Role.DEPUTY if role is Role.HEAD else Role.HEAD)
    actor = world.actor(role)
    with world.look() as session:
        assert listed(session, actor, Filter.OPEN, "", None, world.now).incidents == ()
        assert listed(session, actor, Filter.OPEN, case.reference, None, world.now).incidents == ()
        assert set(counts(session, actor, world.now).values()) == {0}
        with pytest.raises(NotFound):
            find(session, actor, case.reference)


def test_every_page_of_the_case_answers_as_if_there_were_none(small_world: World) -> None:
    case = Case(small_world)
    leave_out(case, Role.MANAGER)
    client = small_world.client(Role.MANAGER)
    for page in PAGES:
        here = client.get(case.path + page)
        nowhere = client.get(f"/incidents/PUI-2026-0000{page}")
        assert (here.status_code, nowhere.status_code) == (404, 404), page
        same = nowhere.text.replace("PUI-2026-0000", case.reference)
        assert REQUEST_ID.sub("", here.text) == REQUEST_ID.sub("", same), page
    assert case.reference not in client.get("/incidents").text


def test_an_excluded_owner_loses_the_case_and_the_alarms_start_again(world: World) -> None:
    case = Case(world).take()
    leave_out(case, Role.MANAGER)
    assert (case.now().state, case.now().owner_id) == ("reported", None)
    assert case.told("case_free") == ["deputy"]
    world.later(hours=80)
    tick(world.database, world.now)
    for level in ("level_L2", "level_L5"):
        assert "manager" not in case.told(level)


def test_mails_that_have_not_left_never_leave(world: World) -> None:
    case = Case(world)
    assert case.told("new_report") == ["deputy", "manager"]
    leave_out(case, Role.MANAGER)
    assert case.told("new_report") == ["deputy"]


def test_what_the_excluded_proposed_falls_away(world: World) -> None:
    case = Case(world).take()
    case.do(dismiss, Role.MANAGER, "Inga personuppgifter.")
    leave_out(case, Role.MANAGER)
    with pytest.raises(IndexError):
        case.sign(Role.HEAD)


def test_nobody_is_told_who_is_involved(world: World) -> None:
    case = Case(world)
    leave_out(case, Role.COMMISSIONER)
    assert case.told("involved_person") == []


def test_an_operation_of_its_own_door_does_not_let_the_excluded_in(world: World) -> None:
    case = Case(world)
    leave_out(case, Role.DPO)
    with world.look() as session:
        for operation in Operation:
            with pytest.raises(NotFound):
                find(session, world.actor(Role.DPO), case.reference, operation)
