"""D6: PostgreSQL crashes and returns while reports come in and the tick runs: no receipt is lost, both come back."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.migrations import upgrade
from tests.fixtures import machine
from tests.fixtures.postgres import SPEED, PostgreSQL, running
from tests.fixtures.reporters import Client, assert_receipts_hold, free_port, posting, receipts, serving
from tests.fixtures.shifted import Workers, shifted, until, workers
from tests.fixtures.world import World, build

BACK_WITHIN = 10.0
CLIENTS = 3
SAFE = SPEED | {"fsync": "on", "full_page_writes": "on"}  # here the database is held to what it promises


@pytest.fixture
def server() -> Iterator[PostgreSQL]:
    """A server of its own: its crashes must not meet another test."""
    programs = machine.postgresql()
    assert programs is not None, machine.NO_POSTGRESQL
    with running(programs, SAFE) as made:
        yield made


def test_three_crashes_of_the_database_lose_nothing(server: PostgreSQL, tmp_path: Path) -> None:
    crash_while_reports_arrive(server, tmp_path, 3)


@pytest.mark.long
def test_fifty_crashes_of_the_database_lose_nothing(server: PostgreSQL, tmp_path: Path) -> None:
    crash_while_reports_arrive(server, tmp_path, 50)


def crash_while_reports_arrive(server: PostgreSQL, folder: Path, crashes: int) -> None:
    url = server.create("crashing")
    upgrade(url)
    world = build(url, folder, trusted_proxies="127.0.0.1")
    clients = [Client(port := free_port()), *(Client(port) for _ in range(CLIENTS - 1))]
    crowd = Crowd(world, clients)
    with (
        serving(port, world.settings),
        workers(world.settings, shifted(folder), folder, jobs=("incidents.jobs.tick",), every=0.5) as pool,
        posting(clients),
    ):
        pool.start()
        for _ in range(crashes):
            crowd.goes_on()
            server.crash_and_return()
            crowd.is_back(pool)
    world.database.dispose()
    assert_receipts_hold(world.database, clients, crashes)
    worst = max(crowd.away)
    print(f"{receipts(clients)} receipts, {crashes} crashes, back after at most {worst:.1f} s")  # noqa: T201
    assert worst <= BACK_WITHIN


@dataclass
class Crowd:
    """Those who report, watched from outside. `away` is how long after each return the last of both was back."""

    world: World
    clients: list[Client]
    away: list[float] = field(default_factory=list)

    def goes_on(self) -> None:
        """Wait until reports come in."""
        held = receipts(self.clients)
        until(lambda: receipts(self.clients) >= held + CLIENTS, "reports come in")

    def is_back(self, pool: Workers) -> None:
        """Note when a report has been taken again, and a tick has run that began after the return."""
        started, since, held = time.monotonic(), pool.shift.now(), receipts(self.clients)
        until(lambda: receipts(self.clients) > held + CLIENTS, "reports come in again")
        until(lambda: any(knock.began > since and not knock.failed for knock in pool.knocks()), "the tick is back")
        self.away.append(time.monotonic() - started)
