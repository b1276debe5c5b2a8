"""Shows 2: machines report to a real server while real workers look, in a time that the test moves: on time, late,
missed, back, failed, and the worker down meanwhile. Each alarm comes once, and none is false."""

import http.client
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.audit.models import AuditEntry
from core.audit.verify import verify
from notifications.models import OutboxMessage
from notifications.service_state import recall
from risk.heartbeats.jobs import NAME
from risk.heartbeats.models import Heartbeat, HeartbeatAlarm
from tests.fixtures.databases import Databases
from tests.fixtures.shifted import Shift, Workers, shifted, until, workers
from tests.fixtures.shifted_server import serving_shifted
from tests.fixtures.world import World, build
from tests.risk.heartbeats.machine import Machine

LOOK = "risk.heartbeats.jobs.look_for_silence"
STEP = timedelta(minutes=4)  # less than what counts as a pause of the worker
HOUR, GRACE = timedelta(hours=1), timedelta(minutes=30)
MACHINES, HOURS = 40, 12  # of the long form


@dataclass
class Stage:
    """A server, its workers, and the time they live in; it stands still but for the steps of the test."""

    world: World
    shift: Shift
    pool: Workers
    address: str

    def ping(self, machine: Machine, what: str = "") -> None:
        connection = http.client.HTTPConnection(self.address, timeout=30)
        try:
            connection.request("GET", f"{machine.ping}{what}")
            assert connection.getresponse().read() == b"OK\n"
        finally:
            connection.close()

    def pass_time(self, span: timedelta) -> None:
        """In steps that no worker takes for a pause of its own, each seen by one of them."""
        end = self.shift.now() + span
        while self.shift.now() < end:
            self.step(min(STEP, end - self.shift.now()))

    def step(self, span: timedelta) -> None:
        self.shift.skip(span)
        self.await_look()

    def await_look(self) -> None:
        """Until a worker has looked at this very moment, and at everything that was due by it."""
        until(self._has_looked, "a worker looks")

    def _has_looked(self) -> bool:
        with self.world.look() as session:
            row = recall(session, NAME)
            due = session.scalar(select(func.count()).where(Heartbeat.next_at < self.shift.now()))
            return row is not None and self.shift.now() - row.at < timedelta(minutes=1) and not due

    def alarms(self) -> Counter[str]:
        with self.world.look() as session:
            return Counter(session.scalars(select(HeartbeatAlarm.kind)))

    def mails(self) -> Counter[str]:
        """Without the copies: each of them goes to one person and, when it is serious, to the manager too."""
        with self.world.look() as session:
            kinds = select(OutboxMessage.kind).where(OutboxMessage.kind.like("heartbeat_%"))
            return Counter(session.scalars(kinds))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def stage(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Stage]:
    world = build(databases.fresh(request.param), tmp_path)
    shift = shifted(tmp_path, world.now, speed=0)
    with (
        serving_shifted(world.settings, shift, tmp_path) as address,
        workers(world.settings, shift, tmp_path, jobs=(LOOK, "incidents.jobs.tick"), every=0.1) as pool,
    ):
        yield Stage(world, shift, pool, address)
    world.database.dispose()


def test_on_time_late_missed_back_failed_and_the_worker_down_meanwhile(stage: Stage) -> None:
    machine = Machine(stage.world)
    stage.pool.start_many(2)
    stage.ping(machine)
    stage.pass_time(timedelta(minutes=56))
    stage.ping(machine)  # on time
    stage.pass_time(timedelta(minutes=72))
    assert stage.alarms() == {}  # awaited since 12 minutes
    stage.pass_time(timedelta(minutes=8))
    assert stage.alarms() == {"late": 1}
    stage.pass_time(timedelta(minutes=16))
    assert stage.alarms() == {"late": 1, "missed": 1}
    stage.ping(machine)
    stage.ping(machine)
    assert stage.alarms() == {"late": 1, "missed": 1, "back": 1}

    for process in list(stage.pool.running):
        stage.pool.kill(process)
    for _ in range(12):  # half a day without a worker: the server takes what comes
        stage.shift.skip(timedelta(minutes=55))
        stage.ping(machine)
    stage.pool.start()
    stage.await_look()
    stage.pass_time(timedelta(minutes=40))
    assert stage.alarms() == {"late": 1, "missed": 1, "back": 1}

    for process in list(stage.pool.running):
        stage.pool.kill(process)
    stage.shift.skip(timedelta(days=2))  # and two days in which nothing comes
    stage.pool.start_many(2)
    stage.await_look()
    assert stage.alarms() == {"late": 1, "missed": 1, "back": 1}  # the grace begins anew
    stage.pass_time(timedelta(minutes=32))
    assert stage.alarms() == {"late": 2, "missed": 2, "back": 1}
    stage.ping(machine, "/start")
    stage.pass_time(timedelta(minutes=8))
    stage.ping(machine, "/1")
    stage.ping(machine, "/1")
    assert machine.beats()[-2].milliseconds == 8 * 60 * 1000
    stage.ping(machine)
    assert stage.alarms() == {"late": 2, "missed": 2, "back": 2, "failed": 1}
    assert stage.mails() == {"heartbeat_late": 2, "heartbeat_missed": 4, "heartbeat_failed": 2, "heartbeat_back": 4}
    said = [(stage.pool.folder / name).read_text() for name in ("server.log", "worker.log")]
    assert "/ping/{token}" in said[0]
    assert not any(machine.token in lines for lines in said)


@dataclass
class Model:
    """What ought to become of one machine, in other words than the service's."""

    machine: Machine
    chance: random.Random
    last: datetime
    state: str = "ok"
    speaks_at: datetime | None = None
    fails: bool = False
    told: Counter[str] = field(default_factory=Counter)

    def plan(self) -> None:
        """When it speaks next, counted from its last sign: mostly in time, sometimes late, far too late, or failing."""
        minutes = self.chance.choices([56, 60, 72, 84, 120], [4, 4, 2, 2, 1])[0]
        self.speaks_at, self.fails = self.last + timedelta(minutes=minutes), self.chance.random() < 0.1

    def passes(self, now: datetime) -> None:
        """What a look at this moment finds."""
        silent = now - self.last - HOUR
        if self.state == "ok" and silent > GRACE / 2:
            self.becomes("late")
        if self.state in {"late", "failed"} and silent > GRACE:
            self.becomes("missed")

    def speaks(self, now: datetime) -> None:
        if self.fails and self.state != "failed":
            self.becomes("failed")
        elif not self.fails and self.state != "ok":
            self.becomes("back")
            self.state = "ok"
        self.last = now
        self.plan()

    def becomes(self, state: str) -> None:
        self.state = state
        self.told[state] += 1


@pytest.mark.long
def test_many_machines_for_half_a_day_with_workers_that_are_killed(stage: Stage) -> None:
    """Every alarm that ought to be, once, and no other; the log holds the same."""
    chance = random.Random(8)
    machines = [Machine(stage.world, {"name": f"host {number}"}) for number in range(MACHINES)]
    stage.pool.start_many(3)
    models = []
    for machine in machines:
        stage.ping(machine)
        models.append(Model(machine, chance, stage.shift.now()))
        models[-1].plan()
    kills = pings = 0
    for step in range(HOURS * 15):
        if step % 20 == 10:
            stage.pool.kill(chance.choice(stage.pool.running))
            stage.pool.launch()
            kills += 1
        stage.step(STEP)
        now = stage.shift.now()
        for model in models:
            model.passes(now)
            if model.speaks_at is not None and model.speaks_at <= now:
                stage.ping(model.machine, "/fail" if model.fails else "")
                model.speaks(now)
                pings += 1
    expected = sum((model.told for model in models), Counter[str]())
    assert stage.alarms() == expected
    with stage.world.look() as session:
        said = Counter(session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("heartbeat:%"))))
        assert verify(session).result == "ok"
        entries = session.scalar(select(func.count()).select_from(AuditEntry))
    assert {kind: said[f"heartbeat:{kind}"] for kind in expected} == expected
    assert stage.mails()["heartbeat_failed"] == 2 * expected["failed"]
    print(f"{pings} signs of {MACHINES} machines, {kills} kills, alarms {dict(expected)}, {entries} entries in the log")  # noqa: T201
