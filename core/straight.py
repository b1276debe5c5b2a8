"""Statements said to the driver itself: what SQLAlchemy does around one takes longer than the database needs for it.

For the few that stand in every change. Their errors are SQLAlchemy's, so that whoever expects those meets them here.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from core.db import UtcDateTime

Cells = tuple[object, ...]
TIME = UtcDateTime()


def say(line: Connection, statement: str, cells: Cells) -> Any:
    """A statement with `%s` for each of its values; the driver's cursor, to fetch from."""
    return _said(line, "execute", statement, cells)


def say_each(line: Connection, statement: str, rows: Sequence[Cells]) -> None:
    """The same statement for each of the rows."""
    _said(line, "executemany", statement, rows)


def stored(line: Connection, at: datetime) -> object:
    """A time as it lies in this database."""
    moment = TIME.process_bind_param(at, line.dialect)
    return moment.isoformat(" ", "microseconds") if moment and line.dialect.name == "sqlite" else moment


def _said(line: Connection, verb: str, statement: str, values: Sequence[object]) -> Any:
    driver: Any = line.connection.driver_connection
    if line.dialect.name == "sqlite":
        statement = statement.replace("%s", "?")
    cursor = driver.cursor()
    try:
        getattr(cursor, verb)(statement, values)
    except line.dialect.loaded_dbapi.Error as trouble:
        base = line.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(statement, None, trouble, base, hide_parameters=True, dialect=line.dialect) from None
    return cursor
