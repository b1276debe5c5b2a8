"""Answering an alarm: by those who handle the case, once, and only for as long as the patience of the level."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from core.access import Role
from core.errors import Conflict
from core.organisation import organisation
from incidents.acknowledging import acknowledge
from incidents.alarm_view import LevelRow, alarm_rows, open_alarm
from incidents.escalation import Duty
from incidents.jobs import tick
from incidents.models import ClockLevel, IncidentClock
from tests.fixtures.world import START, World
from tests.incidents.alarms import levels_of, told
from tests.incidents.cases import Case


def answer(case: Case, key: str = Role.MANAGER, duty: str = Duty.NOTIFY_AUTHORITY) -> None:
    with case.world.change() as session:
        incident = case.row(session)
        clock = incident.clock(duty)
        assert clock is not None
        acknowledge(session, case.world.actor(key), incident, clock, case.world.now)


def rows(case: Case, duty: str = Duty.NOTIFY_AUTHORITY) -> list[LevelRow]:
    with case.world.look() as session:
        incident = case.row(session)
        clock = incident.clock(duty)
        assert clock is not None
        return alarm_rows(session, incident, "en", organisation(session).zone)[clock.id]


def next_at(case: Case) -> timedelta:
    with case.world.look() as session:
        query = select(IncidentClock.next_at).where(IncidentClock.duty == Duty.NOTIFY_AUTHORITY)
        found = session.scalar(query)
        assert found is not None
        return found - START


def alarmed(world: World) -> Case:
    """24 hours left, and the alarm has gone out."""
    case = Case(world).take()
    tick(world.database, world.later(hours=48))
    return case


def test_who_when_and_on_the_record(world: World) -> None:
    case = alarmed(world)
    world.later(minutes=10)
    answer(case)
    level = levels_of(world)["L3"]
    assert (level.acknowledged_at, level.acknowledged_by) == (world.now, world.users[Role.MANAGER].id)
    assert case.log()[-1] == "clock:acknowledged"


def test_a_second_answer_changes_nothing(world: World) -> None:
    case = alarmed(world)
    answer(case)
    world.later(minutes=5)
    answer(case, Role.DEPUTY)
    assert levels_of(world)["L3"].acknowledged_by == world.users[Role.MANAGER].id
    assert case.log().count("clock:acknowledged") == 1


def test_without_an_alarm_there_is_nothing_to_answer(small_world: World) -> None:
    case = Case(small_world).take()
    with pytest.raises(Conflict):
        answer(case)


def test_what_is_done_needs_no_answer(small_world: World) -> None:
    case = Case(small_world)
    tick(small_world.database, small_world.later(minutes=31))
    case.take()
    with pytest.raises(Conflict):
        answer(case, duty=Duty.ACKNOWLEDGE)


def test_an_answered_alarm_rests_and_then_moves_on_when_nothing_was_done(world: World) -> None:
    case = alarmed(world)
    before = told(world)
    answer(case)
    assert next_at(case) == timedelta(hours=56)
    tick(world.database, world.later(hours=7, minutes=59))
    assert told(world) == before
    tick(world.database, world.later(minutes=1))
    assert told(world) - before == {("level_L3", Role.DEPUTY): 1}
    assert levels_of(world)["L3"].acknowledged_at is None
    assert [who for who, _ in rows(case)[0].answers] == ["Anna Berg"]
    answer(case, Role.DEPUTY)
    assert levels_of(world)["L3"].acknowledged_by == world.users[Role.DEPUTY].id


def test_an_answer_to_one_level_does_not_silence_the_next(world: World) -> None:
    case = alarmed(world)
    world.later(hours=17, minutes=59)
    answer(case)
    tick(world.database, world.later(minutes=1))
    assert case.told("level_L4") == ["approver", "deputy", "dpo", "head", "manager"]


def test_an_answer_while_the_tick_is_late_does_not_skip_the_level_that_has_fallen(world: World) -> None:
    case = alarmed(world)
    world.later(hours=18, minutes=1)
    answer(case)
    tick(world.database, world.now)
    assert case.told("level_L4") == ["approver", "deputy", "dpo", "head", "manager"]


def test_the_levels_are_shown_as_they_went(small_world: World) -> None:
    case = Case(small_world).take()
    tick(small_world.database, small_world.later(hours=67))
    answer(case)
    first, second, third = rows(case)
    assert (first.level, first.state, first.overtaken) == ("L3", "Overtaken by a later alarm", True)
    assert (first.due, first.fired) == ("Tue 24 Nov 2026 14:05 CET", "Wed 25 Nov 2026 09:05 CET")
    assert (second.means, second.state, second.open) == ("6 hours left", "Acknowledged", False)
    assert (
        second.told == ("Erik Sund", "Johan Lind", "Disa Ombud", "Harald Huvud", "Anna Berg") or len(second.told) == 5
    )
    assert second.answers == (("Anna Berg", "Wed 25 Nov 2026 09:05 CET"),)
    assert (third.state, third.fired) == ("To come", "")
    assert open_alarm([first, second, third]) is None


def test_one_post_and_the_page_says_so(small_world: World) -> None:
    case = alarmed(small_world)
    clock = case.now().clock(Duty.NOTIFY_AUTHORITY)
    assert clock is not None
    path = f"{case.path}/clocks/{clock.id}/acknowledge"
    answered = small_world.client(Role.MANAGER).post(path)
    assert (answered.status_code, answered.headers["location"]) == (303, f"{case.path}/clocks?done=acknowledged")
    assert levels_of(small_world)["L3"].acknowledged_by == small_world.users[Role.MANAGER].id
    assert small_world.client(Role.MANAGER).post(path).status_code == 303
    assert small_world.client(Role.MANAGER).get(path).headers["location"] == f"{case.path}/clocks"


@pytest.mark.parametrize("role", [Role.DPO, Role.APPROVER, Role.AUDITOR, Role.ADMIN])
def test_who_does_not_handle_the_case_cannot_silence_its_alarm(small_world: World, role: Role) -> None:
    case = alarmed(small_world)
    clock = case.now().clock(Duty.NOTIFY_AUTHORITY)
    assert clock is not None
    answered = small_world.client(role).post(f"{case.path}/clocks/{clock.id}/acknowledge")
    assert answered.status_code == 404
    assert levels_of(small_world)["L3"].acknowledged_at is None


def test_the_clock_of_another_case_is_not_there(small_world: World) -> None:
    case, other = alarmed(small_world), Case(small_world)
    clock = other.now().clock(Duty.NOTIFY_AUTHORITY)
    assert clock is not None
    assert small_world.client(Role.MANAGER).post(f"{case.path}/clocks/{clock.id}/acknowledge").status_code == 404


def test_answers_and_ticks_at_once_neither_hang_nor_lose_an_answer(world: World) -> None:
    cases = [Case(world).take() for _ in range(8)]
    tick(world.database, world.later(hours=48))
    world.later(minutes=31)
    start = Barrier(3)

    def answer_all(_number: int) -> None:
        start.wait()
        for case in cases:
            answer(case)

    def tick_often(_number: int) -> None:
        start.wait()
        for _ in range(4):
            tick(world.database, world.now)

    with ThreadPoolExecutor(3) as pool:
        done = [pool.submit(work, 0) for work in (answer_all, tick_often, tick_often)]
        assert [one.result() for one in done] == [None, None, None]
    with world.look() as session:
        assert {row.acknowledged_by for row in session.scalars(select(ClockLevel).where(ClockLevel.level == "L3"))} <= {
            world.users[Role.MANAGER].id, None,
        }  # fmt: skip
    for case in cases:
        answer(case)
        assert case.log().count("clock:acknowledged") in {1, 2}
