"""Whether the database takes a write, asked without waiting behind anybody and without leaving a trace."""

import sqlite3
from contextlib import closing

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.db import Database

PATIENCE = 2  # seconds
WRITE = "INSERT INTO service_state (name, value, at) VALUES ('probe', '{}', '2000-01-01')"


def takes_writes(database: Database) -> bool:
    """Write one row and take it back. A database that is only busy counts too: the tick tells whether it stays so."""
    return _sqlite(database.url) if database.url.startswith("sqlite") else _postgresql(database)


def _sqlite(url: str) -> bool:
    try:
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), PATIENCE, isolation_level=None)) as line:
            line.execute("BEGIN IMMEDIATE")
            line.execute(WRITE)
            line.execute("ROLLBACK")
    except sqlite3.OperationalError as trouble:
        return trouble.sqlite_errorcode in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    except sqlite3.Error:
        return False
    return True


def _postgresql(database: Database) -> bool:
    try:
        with database.writer.connect() as line:
            line.execute(text(f"SET LOCAL statement_timeout = {PATIENCE * 1000}"))
            line.execute(text(WRITE))
            line.rollback()
    except SQLAlchemyError:
        return False
    return True
