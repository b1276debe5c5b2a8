"""C4: eight workers, of which one after the other sleeps in the middle of a letter for three lease times.

When it wakes, others have long sent its letter. It finds another fence and may not send the dot.
"""

import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from sqlalchemy import select

from notifications.models import OutboxMessage
from tests.fixtures.crew import Crew, crew
from tests.fixtures.mailing import at_rest, by_journal, in_doubt, person, put_letters, reconcile, states, through
from tests.fixtures.shifted import until
from tests.fixtures.sink import Sink
from tests.fixtures.world import World

LEASE = 3.0
CREW = 8


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_worker_that_slept_through_its_lease_doubles_nothing(world: World, tmp_path: Path, sink: Sink) -> None:
    sleep_in_mid_body(world, tmp_path, sink, people=200, zombies=1)


@pytest.mark.long
def test_fifty_sleepers_double_nothing_of_ten_thousand(world: World, tmp_path: Path, sink: Sink) -> None:
    sleep_in_mid_body(world, tmp_path, sink, people=10_000, zombies=50)


def sleep_in_mid_body(world: World, folder: Path, sink: Sink, people: int, zombies: int) -> None:
    ids, refused = put_letters(world, map(person, range(people))), 0
    with crew(through(world, sink), folder, lease=LEASE) as workers:
        while refused < zombies:
            refused += one_sleeps(world, workers)
        workers.start()
        until(lambda: at_rest(world), "every letter has an outcome", seconds=300)
        workers.stop()
        assert max(sink.times().values()) == 1, "nobody twice"
        reconcile(world, folder, by_journal(sink, in_doubt(world)))
        workers.start()
        until(lambda: states(world) == {"accepted": people}, "and nobody missed", seconds=300)
    assert sink.times() == dict.fromkeys(ids.values(), 1)
    print(f"{people} letters, {CREW} workers, {refused} sleepers refused at the fence")  # noqa: T201


def one_sleeps(world: World, workers: Crew) -> bool:
    """Whether it was refused. One that falls asleep while it renews its lease has kept its letters, and sends them."""
    sleeper = workers.fall_asleep("in_body")
    while len(workers.running) < CREW:
        workers.start()
    time.sleep(3 * LEASE)
    lost = waited_for(lambda: not has_letters(world, sleeper))
    workers.wake(sleeper)
    if lost:
        until(lambda: workers.logged(sleeper, "lease_lost") > 0, "it is refused at the fence")
    workers.dismiss(sleeper)
    return lost


def has_letters(world: World, process: ForkServerProcess) -> bool:
    mine = OutboxMessage.lease_owner.contains(f":{process.pid}/")
    with world.look() as session:
        return session.scalar(select(OutboxMessage.id).where(mine).limit(1)) is not None


def waited_for(done: object, seconds: float = 20.0) -> bool:
    try:
        until(done, "others have its letters", seconds=seconds)  # type: ignore[arg-type]
    except AssertionError:
        return False
    return True
