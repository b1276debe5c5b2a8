"""The tick and the board find their rows by the partial indexes, however many clocks there are: no plan has a scan.

The statements are not copied here: those that really run are recorded and then explained by the database itself.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, event, insert, select, text, update

from bench.ground import fill
from core.access import Role
from incidents.clock_board import board, sums
from incidents.jobs import tick, unsent_overdue
from incidents.models import ClockLevel, IncidentClock
from tests.fixtures.databases import Kind
from tests.fixtures.world import World

CLOCKS = 10_000
BIG = ("incident_clock", "clock_level", "incident")
SCAN = {
    "sqlite": re.compile(rf"SCAN ({'|'.join(BIG)})\b(?! USING)"),
    "postgresql": re.compile(rf"Seq Scan on ({'|'.join(BIG)})\b"),
}
Said = tuple[str, Any]


@pytest.fixture
def crowded(world: World) -> World:
    """Many clocks that have stopped, a few that run, and a level of each that was told of and has left."""
    fill(world.database, CLOCKS, world.now, open_share=0.01)
    with world.change() as session:
        told = {"round": 1, "level": "L3", "due_at": world.now, "raised_at": world.now, "overtaken": False,
                "told_at": world.now, "alarms": 1, "sent_at": world.now}  # fmt: skip
        ids = session.scalars(text("SELECT id FROM incident_clock")).all()
        session.execute(insert(ClockLevel), [told | {"clock_id": one} for one in ids])
        session.execute(text("ANALYZE"))
    return world


def test_the_tick_asks_by_the_partial_indexes(crowded: World) -> None:
    idle = plans(crowded, lambda: tick(crowded.database, crowded.now))
    for index in ("ix_incident_clock_due", "ix_clock_level_to_tell", "ix_clock_level_unsent"):
        assert any(index in plan for plan in idle), f"{index} is not used"
    assert_no_scan(crowded, idle)


def test_a_tick_with_work_scans_nothing(crowded: World) -> None:
    with crowded.change() as session:
        soon = update(IncidentClock).where(IncidentClock.stopped_at.is_(None))
        began = crowded.now - timedelta(hours=49)
        due_at = began + timedelta(hours=72)
        session.execute(soon.values(started_at=began, due_at=due_at, next_at=crowded.now - timedelta(hours=1)))
        running = select(IncidentClock.id).where(IncidentClock.stopped_at.is_(None))
        session.execute(delete(ClockLevel).where(ClockLevel.clock_id.in_(running)))
    busy = plans(crowded, lambda: tick(crowded.database, crowded.now))
    later = plans(crowded, lambda: tick(crowded.database, crowded.now + timedelta(seconds=70)))
    assert any("ix_incident_clock_due" in plan for plan in busy)
    assert_no_scan(crowded, busy + later)


def test_the_board_and_the_question_what_is_unsent(crowded: World) -> None:
    with crowded.look() as session:
        shown = plans(crowded, lambda: board(session, crowded.actor(Role.MANAGER), None))
        counted = plans(crowded, lambda: sums(session, crowded.actor(Role.MANAGER), crowded.now))
        unsent = plans(crowded, lambda: unsent_overdue(session, crowded.now))
    assert any("ix_incident_clock_open" in plan for plan in shown)
    assert any("ix_clock_level" in plan for plan in unsent)
    assert_no_scan(crowded, shown + counted + unsent)


def assert_no_scan(world: World, found: list[str]) -> None:
    assert found
    scans = [plan for plan in found if SCAN[kind_of(world)].search(plan)]
    assert not scans, scans[0]


def plans(world: World, work: Any) -> list[str]:
    """How the database goes about each statement of `work`."""
    with recorded(world) as said:
        work()
    word = "EXPLAIN QUERY PLAN " if kind_of(world) == "sqlite" else "EXPLAIN "
    with world.database.writer.connect() as line:
        found = [_explained(line, word, statement, values) for statement, values in said]
        line.rollback()
    return found


@contextmanager
def recorded(world: World) -> Iterator[list[Said]]:
    """Every statement on a big table, with its values."""
    said: list[Said] = []

    def note(_line: object, _cursor: object, statement: str, values: Any, _context: object, many: bool) -> None:
        if not many and statement.lstrip().startswith(("SELECT", "UPDATE")) and any(name in statement for name in BIG):
            said.append((statement, values))

    engines = {world.database.writer, world.database.reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def _explained(line: Connection, word: str, statement: str, values: Any) -> str:
    rows = line.exec_driver_sql(word + statement, values)
    return statement[:200] + "\n" + "\n".join(str(row[-1]) for row in rows)


def kind_of(world: World) -> Kind:
    return "sqlite" if world.settings.database.startswith("sqlite") else "postgresql"
