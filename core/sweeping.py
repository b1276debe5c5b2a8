"""After an erasure nothing of what was erased is left in the free space and the journals of the database.

SQLite: deleted bytes are overwritten as they are deleted (`secure_delete`), search indexes drop what they had marked
as gone, and the journal is written home and cut to nothing. PostgreSQL leaves old versions of rows where they were:
VACUUM frees their place, and a table that is rewritten (VACUUM FULL) has none; that locks it, so only tables short
enough for it to take a moment are rewritten, the one of the keys always. So is the one of the statistics, which held
samples of the columns; only the owner of the database may do that, so `vaka check` asks who it is.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from core.db import Database
from core.logs import log

REWRITTEN = 50_000  # rows; about a second
ALWAYS = frozenset({"case_key"})
SAMPLES = "pg_statistic"
OWNS = text("SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()")
WAIT = 2_000  # milliseconds for whoever is reading just now


def sweep(database: Database, tables: Collection[str], words: Collection[str] = ()) -> bool:
    """Clean the database of what was deleted in these tables; False when somebody was in the way: try again.

    `words`: those with an index of words; PostgreSQL never takes a word out of one, so it is made anew.
    """
    if database.url.startswith("sqlite"):
        return _sqlite(database)
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET lock_timeout = {WAIT}")
        try:
            missed = [name for name in sorted(tables) if not _postgresql(connection, name, name in words)]
            return _rewritten(connection, SAMPLES) and not missed
        finally:
            connection.exec_driver_sql("RESET lock_timeout")


def may_sweep(session: Session) -> bool:
    """Whether nothing is left out because this role may not touch it."""
    return session.get_bind().dialect.name == "sqlite" or bool(session.scalar(OWNS))


def _sqlite(database: Database) -> bool:
    connection = database.writer.raw_connection()
    try:
        driver: Any = connection.driver_connection
        for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"):
            quoted = name.replace('"', '""')
            driver.execute(f'INSERT INTO "{quoted}"("{quoted}") VALUES (\'optimize\')')  # noqa: S608
        (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
        driver.execute(f"PRAGMA busy_timeout={WAIT}")
        (busy, _, _) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        driver.execute(f"PRAGMA busy_timeout={patience}")
    finally:
        connection.close()
    return not busy


def _postgresql(connection: Connection, name: str, words: bool) -> bool:
    quoted = connection.dialect.identifier_preparer.quote(name)
    connection.exec_driver_sql(f"VACUUM (ANALYZE) {quoted}")
    rows = connection.scalar(text("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:name)"), {"name": quoted})
    whole = name in ALWAYS or (rows or 0) <= REWRITTEN
    if not whole and not words:
        return True
    return _rewritten(connection, quoted) if whole else _done(connection, f"REINDEX TABLE CONCURRENTLY {quoted}", name)


def _rewritten(connection: Connection, name: str) -> bool:
    return _done(connection, f"VACUUM (FULL) {name}", name)


def _done(connection: Connection, statement: str, name: str) -> bool:
    try:
        connection.exec_driver_sql(statement)
    except OperationalError:
        log.info("table_not_rewritten", table=name)
        return False
    return True
