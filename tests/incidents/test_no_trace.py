"""Exclusion beats role: what an involved person is answered is, byte for byte, what it was before there was a case.

Every page without a case is asked: lists, counts, search, clocks, mails, log, settings. A case is reported, they are
marked by two others, it is taken and its alarms go out; at the same hour the pages are what they were before.
"""

import re
from collections.abc import Mapping

import pytest
from starlette.testclient import TestClient

from app.main import operations
from core.access import POLICY, Operation, Role
from incidents.excluding import propose_exclusion
from incidents.jobs import tick
from tests.fixtures.world import World
from tests.incidents.bench import Bench
from tests.incidents.cases import Case

NOISE = re.compile(r'[0-9a-f]{16,}|(?<=name="client_uuid" value=")[^"]*')
OWN_TRACES = frozenset({Operation.READ_LOG, Operation.EXPORT_LOG, Operation.VERIFY_LOG, Operation.SIGN_OUT})
INVOLVED = (Role.MANAGER, Role.DPO, Role.AUDITOR, Role.ADMIN, Role.HEAD, Role.COMMISSIONER)


def pages(world: World) -> list[str]:
    """Every address that can be asked for without naming a case; the log writes down its own reading."""
    found = [
        str(route.path)
        for route, operation in operations(world.app)
        if "GET" in (route.methods or ()) and operation is not None and operation not in OWN_TRACES
        if not POLICY[operation].public and "{" not in str(route.path)
    ]
    return [*sorted(found), "/incidents?show=mine", "/incidents?show=free", "/incidents?show=ended",
            "/incidents?q=Kundlista", "/outbox?show=failed", "/outbox?show=waiting"]  # fmt: skip


def answers(world: World, client: TestClient) -> Mapping[str, tuple[int, str]]:
    found = {path: client.get(path) for path in pages(world)}
    return {path: (one.status_code, NOISE.sub("", one.text)) for path, one in found.items()}


def log_of(world: World, key: str) -> list[str]:
    """The log as this person reads it, without what their reading adds to it."""
    from app.log_filter import Filter
    from app.log_query import page_of

    with world.look() as session:
        found, _ = page_of(session, world.actor(key), Filter(), None, "Europe/Stockholm", world.now)
        return [f"{one.action} {one.object}" for one in found if one.actor != world.actor(key).id]


@pytest.mark.parametrize("key", INVOLVED)
def test_the_involved_are_answered_as_before_there_was_a_case(small_world: World, key: str) -> None:
    world, other = small_world, Role.DEPUTY
    signer = Role.MANAGER if key == Role.HEAD else Role.HEAD
    start, client = world.now, world.client(key)
    before, log = answers(world, client), log_of(world, key)
    case = Case(world)
    case.do(propose_exclusion, other, world.users[key].id, "Skickade mejlet.")
    case.sign(signer)
    case.take(other)
    tick(world.database, world.later(hours=50))
    world.now = start
    assert answers(world, client) == before
    assert log_of(world, key) == log


def test_a_reporter_with_an_account_who_is_involved_finds_no_report_of_their_own(small_world: World) -> None:
    world = small_world
    client = world.client(Role.EMPLOYEE)
    before = answers(world, client)
    case = Case(world)
    with world.change() as session:
        case.row(session).reporter_id = world.users[Role.EMPLOYEE].id
    assert case.reference in client.get("/report/mine").text
    case.do(propose_exclusion, Role.MANAGER, world.users[Role.EMPLOYEE].id, "Skickade mejlet själv.")
    case.sign(Role.HEAD)
    assert answers(world, client) == before


def test_a_secretary_who_becomes_involved_keeps_no_papers(small_world: World) -> None:
    world = small_world
    bench = Bench(world)
    bench.convene(secretary=world.users[Role.DPO].id)
    case = Case.of(world, bench.reference)
    client = world.client(Role.DPO)
    assert client.get(f"{case.path}/commission").status_code == 200
    case.do(propose_exclusion, Role.DEPUTY, world.users[Role.DPO].id, "Är gift med den som skickade det.")
    case.sign(Role.HEAD)
    assert client.get(f"{case.path}/commission").status_code == 404
    assert bench.commission().secretary_id is None
