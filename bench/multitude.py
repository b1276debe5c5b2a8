"""A million open clocks in a minute: the database itself copies one case and its clock, each copy a second later."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Insert, String, Table, cast, func, insert, literal, select, text, true

from bench.ground import fill
from core.db import Database
from incidents.models import Incident, IncidentClock

MOMENTS = ("started_at", "due_at", "next_at")


def multitude(database: Database, count: int, at: datetime) -> Iterator[str]:
    """`count` cases with one running clock each, none due for two days; the clocks' ids, in order."""
    fill(database, 1, at)
    number = _numbers(count)
    case_id = literal("c") + cast(number.c.n, String)
    cases, clocks = Incident.metadata.tables["incident"], IncidentClock.metadata.tables["incident_clock"]
    later = {name: _later(database, clocks.c[name], number.c.n) for name in MOMENTS}
    clock_id = literal("k") + cast(number.c.n, String)
    with database.transaction() as session:
        session.execute(_copies(cases, number, {"id": case_id, "reference": literal("PUI-M-") + case_id}))
        session.execute(_copies(clocks, number, {"id": clock_id, "incident_id": case_id, **later}))
        session.execute(text("ANALYZE"))
    _settle(database)
    return (f"k{one}" for one in range(1, count + 1))


def _numbers(count: int) -> CTE:
    first = select(literal(1).label("n")).cte("number", recursive=True)
    return first.union_all(select(first.c.n + 1).where(first.c.n < count))


def _later(database: Database, moment: ColumnElement[Any], seconds: ColumnElement[int]) -> ColumnElement[Any]:
    if database.url.startswith("sqlite"):
        return func.strftime("%Y-%m-%d %H:%M:%f000", moment, cast(seconds, String) + " seconds")
    return moment + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _copies(table: Table, number: CTE, changed: Mapping[str, ColumnElement[Any]]) -> Insert:
    names = [column.name for column in table.columns]
    values = [changed.get(name, table.c[name]) for name in names]
    return insert(table).from_select(
        names, select(*values).select_from(table.join(number, true())), include_defaults=False
    )


def _settle(database: Database) -> None:
    """Bring the rows to where they stay, so that no later tick has to."""
    if database.url.startswith("sqlite"):
        with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as line:
            line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
