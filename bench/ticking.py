"""P2: the tick over many open clocks against the same tick over few, idle and with a hundred due."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import update

from bench.ground import company, fill, ground
from bench.measure import Outcome, in_turn
from core.db import Database
from core.moment import now
from incidents.jobs import tick
from incidents.models import IncidentClock

FEW, DUE, IDLE = 1_000, 100, 20


def run(*, small: bool) -> list[Outcome]:
    many, pairs = (20_000, 3) if small else (100_000, 5)
    at = now()
    with ground() as folder:
        big, little = company(folder / "many"), company(folder / "few")
        clocks = {id(big): iter(fill(big, many, at)), id(little): iter(fill(little, FEW, at))}

        def due(database: Database) -> Callable[[], float]:
            return lambda: _due(database, list(islice(clocks[id(database)], DUE)), at)

        names = f"{many:,} clocks against {FEW:,}"
        idle = in_turn(lambda: _idle(big, at), lambda: _idle(little, at), pairs)
        busy = in_turn(due(big), due(little), pairs)
        big.dispose()
        little.dispose()
    return [
        Outcome("P2", f"idle tick, {names}", "ms", idle, bar=2),
        Outcome("P2", f"tick with {DUE} due, {names}", "ms", busy, bar=5),
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
