"""The tick: each level once, by two schedulers at once and after any pause."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, text

from core.access import Role
from incidents.jobs import tick
from incidents.models import ClockLevel
from incidents.ticking.moments import look
from incidents.ticking.raising import due_clocks, raise_levels
from incidents.ticking.telling import tell_raised
from notifications.models import OutboxMessage, ServiceState
from notifications.opening import open_message
from tests.fixtures.shifted import until
from tests.fixtures.world import START, World
from tests.incidents.cases import Case


def raised(world: World) -> list[tuple[str, bool]]:
    with world.look() as session:
        rows = session.scalars(select(ClockLevel).order_by(ClockLevel.level, ClockLevel.round))
        return [(row.level, row.overtaken) for row in rows]


def digests(world: World) -> list[str]:
    """Who was sent a digest: the key of each person, once for each mail."""
    people = {user.email: key for key, user in world.users.items()}
    with world.look() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "levels_digest"))
        return sorted(people[open_message(session, row).to] for row in rows)


def test_each_level_is_raised_when_it_falls_and_only_once(world: World) -> None:
    case = Case(world)
    expected: list[str] = []
    for after, level in [(30, "L1"), (120, "L2"), (48 * 60, "L3"), (66 * 60, "L4"), (72 * 60, "L5")]:
        if level == "L3":
            case.take()
        world.now = START + timedelta(minutes=after, seconds=-1)
        assert tick(world.database, world.now) == 0
        world.now = START + timedelta(minutes=after)
        assert tick(world.database, world.now) == 1
        assert tick(world.database, world.now) == 0
        expected.append(level)
        assert [one for one, _ in raised(world)] == expected
    assert case.told("level_L1") == ["deputy"]
    assert case.told("level_L2") == ["dpo", "head"]
    assert case.told("level_L5") == ["dpo", "head", "manager"]


def test_after_a_weeks_pause_the_highest_is_sent_and_the_others_are_recorded(world: World) -> None:
    case = Case(world).take()
    world.later(days=7)
    assert tick(world.database, world.now) == 3
    assert raised(world) == [("L3", True), ("L4", True), ("L5", False)]
    assert (case.told("level_L3"), case.told("level_L5")) == ([], ["dpo", "head", "manager"])
    assert tick(world.database, world.later(days=7)) == 0


def test_two_ticks_at_once_raise_each_level_once(world: World) -> None:
    cases = [Case(world) for _ in range(12)]
    world.later(hours=49)
    start = Barrier(4)

    def run(_number: int) -> int:
        start.wait()
        return tick(world.database, world.now)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == 3 * len(cases)
    assert len(raised(world)) == 3 * len(cases)
    assert digests(world) == ["approver", "deputy", "dpo", "head", "manager"]
    for case in cases:
        assert case.log().count("clock:level_raised") == 3


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_alarm_that_is_being_told_is_not_overtaken(world: World) -> None:
    Case(world)
    world.later(minutes=31)
    with world.change() as session:
        present, _ = look(session, world.now)
        assert raise_levels(session, due_clocks(session, present), present) == 1
    with ThreadPoolExecutor(1) as pool:
        with world.change() as session:
            assert tell_raised(session, present) == 1
            higher = pool.submit(tick, world.database, world.now + timedelta(hours=2))
            until(lambda: bool(session.scalar(text("SELECT 1 FROM pg_locks WHERE NOT granted"))), "it waits for us")
        assert higher.result() == 1
    assert raised(world) == [("L1", False), ("L2", False)]


def test_more_clocks_than_one_batch_are_all_seen(small_world: World, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("incidents.jobs.BATCH", 3)
    for _ in range(7):
        Case(small_world)
    small_world.later(minutes=31)
    assert tick(small_world.database, small_world.now) == 7


def test_a_clock_that_runs_backwards_changes_nothing(world: World) -> None:
    Case(world)
    world.later(hours=3)
    assert tick(world.database, world.now) == 2
    assert tick(world.database, world.now - timedelta(days=2)) == 0
    with world.look() as session:
        state = session.get_one(ServiceState, "tick")
        assert state.value["high_water"] == world.now.isoformat()


def test_a_company_without_the_people_of_a_level_tells_who_can_act(world: World) -> None:
    from identity.models import User

    case = Case(world)
    with world.change() as session:
        session.get_one(User, world.users[Role.DEPUTY].id).disabled_at = world.now
    tick(world.database, world.later(minutes=31))
    assert case.told("level_L1") == ["dpo", "head", "manager"]
