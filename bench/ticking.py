"""P2: the tick over many open clocks against the same tick over few, idle and with a hundred due, on both databases."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import update

from bench.ground import company, ground
from bench.measure import Outcome, in_turn
from bench.multitude import multitude
from core.db import Database
from core.moment import now
from incidents.jobs import tick
from incidents.models import IncidentClock
from tests.fixtures.postgres import postgresql

FEW, MANY, SMALL = 1_000, 1_000_000, 50_000
DUE, IDLE = 100, 20
BARS = {"SQLite": 5, "PostgreSQL": 3}


def run(*, small: bool) -> list[Outcome]:
    outcomes: list[Outcome] = []
    with ground() as folder, both(folder) as databases:
        for name, (big, little) in databases.items():
            outcomes += _compare(name, big, little, SMALL if small else MANY, 3 if small else 5)
    return outcomes


@contextmanager
def both(folder: Path) -> Iterator[dict[str, tuple[Database, Database]]]:
    """A company with many clocks and one with few, on SQLite and on PostgreSQL."""
    with postgresql() as server:
        pairs = {
            "SQLite": (company(folder / "many"), company(folder / "few")),
            "PostgreSQL": (
                company(folder / "pg-many", server.create("many")),
                company(folder / "pg-few", server.create("few")),
            ),
        }
        yield pairs
        for database in [one for pair in pairs.values() for one in pair]:
            database.dispose()


def _compare(name: str, big: Database, little: Database, many: int, pairs: int) -> list[Outcome]:
    at = now()
    clocks = {id(big): multitude(big, many, at), id(little): multitude(little, FEW, at)}

    def due(database: Database) -> Callable[[], float]:
        return lambda: _due(database, list(islice(clocks[id(database)], DUE)), at)

    what = f"{many:,} clocks against {FEW:,}, {name}"
    idle = in_turn(lambda: _idle(big, at), lambda: _idle(little, at), pairs)
    busy = in_turn(due(big), due(little), pairs)
    return [
        Outcome("P2", f"idle tick, {what}", "ms", idle, bar=2),
        Outcome("P2", f"tick with {DUE} due, {what}", "ms", busy, bar=BARS[name]),
    ]


def _idle(database: Database, at: datetime) -> float:
    started = time.perf_counter()
    for _ in range(IDLE):
        tick(database, at)
    return (time.perf_counter() - started) / IDLE * 1000


def _due(database: Database, clocks: list[str], at: datetime) -> float:
    """A hundred clocks reach their last day at once: their level is raised, logged and mailed."""
    with database.transaction() as session:
        began = at - timedelta(hours=49)
        session.execute(
            update(IncidentClock)
            .where(IncidentClock.id.in_(clocks))
            .values(started_at=began, due_at=began + timedelta(hours=72), next_at=at - timedelta(hours=1))
        )
    started = time.perf_counter()
    raised = tick(database, at)
    spent = time.perf_counter() - started
    assert raised == len(clocks) == DUE, f"{raised} levels were raised for {len(clocks)} clocks"
    return spent * 1000
