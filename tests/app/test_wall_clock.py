"""A clock that is put forward or back is noticed at the next knock, told once, and trusted again on purpose."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.wall_clock import ClockWatch, doubt
from core.access import ANONYMOUS, Role
from core.audit.models import AuditEntry
from core.organisation import organisation
from incidents.intake import report
from incidents.jobs import tick
from incidents.models import ClockLevel, IncidentClock
from notifications.mail import written
from notifications.models import ChannelMessage, OutboxMessage
from notifications.opening import open_message
from notifications.service_state import recall
from tests.fixtures.world import World
from tests.incidents.reporting import form

HOUR = timedelta(hours=1)
STEPS = [HOUR, -HOUR, timedelta(days=365), timedelta(days=-1)]


class Machine:
    """A server with two clocks; `step` moves only the one on the wall."""

    def __init__(self, world: World) -> None:
        self.world, self.steady, self.watches = world, 1000.0, [ClockWatch()]

    def knock(self, seconds: float = 15) -> None:
        self.world.later(seconds=seconds)
        self.steady += seconds
        for watch in self.watches:
            watch.look(self.world.database, self.world.now, self.steady)

    def step(self, by: timedelta) -> None:
        self.world.now += by


@pytest.fixture
def machine(world: World) -> Machine:
    made = Machine(world)
    made.knock()
    return made


def actions(world: World) -> list[str]:
    with world.look() as session:
        found = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
    return [action for action in found if action.startswith("service:")]


def told(world: World) -> list[tuple[str, str]]:
    with world.look() as session:
        rows = [open_message(session, row) for row in session.scalars(select(OutboxMessage))]
    return sorted((row.kind, row.to) for row in rows if row.kind.startswith("clock_"))


def announced(world: World) -> list[tuple[str, object]]:
    with world.look() as session:
        rows = session.scalars(select(ChannelMessage).order_by(ChannelMessage.created_at)).all()
    return [(row.event, row.facts["seconds"]) for row in rows]


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_a_step_is_told_at_the_next_knock_and_once(world: World, machine: Machine, step: timedelta) -> None:
    for _ in range(3):
        machine.knock()
    assert doubt_of(world) is None
    machine.step(step)
    for _ in range(3):
        machine.knock()
    assert doubt_of(world) == step
    assert actions(world) == ["service:clock_jumped"]
    assert announced(world) == [("service.clock_jumped", round(step.total_seconds()))]
    assert told(world) == [("clock_jumped", "admin@nordhamn.example"), ("clock_jumped", "manager@nordhamn.example")]


def doubt_of(world: World) -> timedelta | None:
    with world.look() as session:
        found = doubt(session)
    return found.offset if found else None


def test_a_slow_knock_and_a_small_step_are_no_alarm(world: World, machine: Machine) -> None:
    machine.knock(7200)
    machine.step(timedelta(seconds=59))
    machine.knock()
    machine.step(timedelta(seconds=-59))
    machine.knock()
    assert actions(world) == []


def test_several_workers_of_a_machine_tell_of_a_step_once(world: World, machine: Machine) -> None:
    machine.watches += [ClockWatch(), ClockWatch()]
    machine.knock()
    machine.step(HOUR)
    machine.knock()
    machine.step(-HOUR)
    machine.knock()
    assert actions(world) == ["service:clock_jumped", "service:clock_right_again"]


def test_a_clock_that_is_put_back_ends_the_doubt(world: World, machine: Machine) -> None:
    tick(world.database, world.now)
    machine.step(timedelta(days=365))
    tick(world.database, world.now)
    machine.knock()
    assert doubt_of(world) == timedelta(days=365)
    machine.step(timedelta(days=-365))
    machine.knock()
    assert doubt_of(world) is None
    assert [kind for kind, _ in told(world)] == [
        "clock_jumped",
        "clock_jumped",
        "clock_right_again",
        "clock_right_again",
    ]
    assert high_water(world) == world.now


def high_water(world: World) -> datetime:
    with world.look() as session:
        row = recall(session, "tick")
    assert row is not None
    return datetime.fromisoformat(row.value["high_water"])


def test_a_worker_that_starts_before_the_last_tick_knows_that_the_clock_was_put_back(world: World) -> None:
    tick(world.database, world.now)
    world.now -= timedelta(days=1)
    ClockWatch().look(world.database, world.now, 5.0)
    assert doubt_of(world) == timedelta(days=-1)


def test_a_jump_that_could_not_be_written_down_is_found_again(
    world: World, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("app.wall_clock.note_jump", lambda *_: 1 / 0)
        machine.step(HOUR)
        with pytest.raises(ZeroDivisionError):
            machine.knock()
    machine.knock()
    assert doubt_of(world) == HOUR


def test_the_page_says_so_and_a_person_ends_it(world: World, machine: Machine) -> None:
    tick(world.database, world.now)
    machine.step(timedelta(days=365))
    tick(world.database, world.now)
    machine.knock()
    manager = world.client(Role.MANAGER)
    shown = manager.get("/incidents").text
    assert "Serverns klocka har hoppat 8760 h 00 min" in shown
    assert "Serverns klocka" not in world.client(Role.EMPLOYEE).get("/report/mine").text
    assert "Ja, tiden stämmer" in manager.get("/outbox").text
    machine.step(timedelta(days=-365))  # somebody has put it right while the worker was down
    client = world.client(Role.MANAGER)
    assert client.post("/outbox/time").headers["location"] == "/outbox"
    assert "Serverns klocka har hoppat" not in client.get("/incidents").text
    assert high_water(world) == world.now
    assert actions(world)[-1] == "service:clock_confirmed"
    assert world.client(Role.DPO).post("/outbox/time").status_code == 404


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_mails_are_there_in_both_languages(world: World, machine: Machine, language: str) -> None:
    with world.change() as session:
        for user in world.users.values():
            session.merge(user).language = language
    machine.step(-HOUR)
    machine.knock()
    with world.look() as session:
        opened = next(open_message(session, row) for row in session.scalars(select(OutboxMessage)))
        subject, text = written(opened, organisation(session), world.settings)
    assert {"sv": "Serverns klocka har hoppat 1 h 00 min", "en": "The server's clock has jumped by 1 h 00 min"}[
        language
    ] == subject
    assert f"{world.settings.base_url}/outbox" in text


def test_the_tick_looks_again_at_clocks_that_were_told_of_in_a_time_that_never_came(
    world: World, machine: Machine
) -> None:
    with world.change() as session:
        report(session, ANONYMOUS, form(), world.now)
    machine.step(timedelta(days=365))
    tick(world.database, world.now)
    machine.knock()
    machine.step(timedelta(days=-365))
    machine.knock()
    assert doubt_of(world) is None
    with world.look() as session:
        told = select(ClockLevel.clock_id).where(ClockLevel.told_at > world.now)
        again = session.scalars(select(IncidentClock.next_at).where(IncidentClock.id.in_(told))).all()
    assert again
    assert set(again) == {world.now}
