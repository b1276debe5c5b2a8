"""Many rows into a table as fast as its database takes them: rows in bulk, the indexes afterwards."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.db import Database

AT_ONCE = 20_000
Row = tuple[object, ...]
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = :table",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :table AND schemaname = 'public'"
    " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
}


def pour(session: Session, table: str, names: Sequence[str], rows: Iterable[Row]) -> None:
    """Add the rows; times are aware, as everywhere."""
    columns = ", ".join(names)
    line = session.connection()
    if line.dialect.name == "postgresql":
        driver = line.connection.driver_connection
        assert driver is not None
        with driver.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as stream:
            for row in rows:
                stream.write_row(row)
        return
    statement = f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - names of ours
    remaining = iter(rows)
    while chunk := [tuple(map(_as_sqlite, row)) for row in islice(remaining, AT_ONCE)]:
        line.exec_driver_sql(statement, chunk)


@contextmanager
def indexed_afterwards(database: Database, *tables: str) -> Iterator[None]:
    """Without the indexes of these tables inside; each is made again, at once, when the rows are there."""
    with _without_journal(database):
        yield from _indexed_afterwards(database, tables)


def _indexed_afterwards(database: Database, tables: Sequence[str]) -> Iterator[None]:
    kind = "sqlite" if database.url.startswith("sqlite") else "postgresql"
    with database.transaction() as session:
        found = [row for table in tables for row in session.execute(text(INDEXES[kind]), {"table": table}).all()]
        for name, _ in found:
            session.execute(text(f"DROP INDEX {name}"))
    yield
    for _, statement in found:
        with database.transaction() as session:
            session.connection().exec_driver_sql(statement)


@contextmanager
def _without_journal(database: Database) -> Iterator[None]:
    """SQLite writes each page once: a run that breaks off leaves nothing that anybody would keep."""
    if not database.url.startswith("sqlite"):
        yield
        return
    database.dispose()  # nobody else may be connected
    _journal(database, "off")
    yield
    _journal(database, "wal")


def _journal(database: Database, mode: str) -> None:
    line = database.writer.raw_connection()
    assert line.driver_connection is not None
    line.driver_connection.execute(f"PRAGMA journal_mode = {mode}")
    line.driver_connection.execute(f"PRAGMA cache_size = {-500_000 if mode == 'off' else -2_000}")
    line.close()


def _as_sqlite(value: object) -> object:
    """A time as SQLAlchemy writes it there."""
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value
