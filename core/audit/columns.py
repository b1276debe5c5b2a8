"""The columns that are repeated from the hashed bytes for filters: does each say what its entry says?

The database compares them where they lie, and only rows that may differ are read: an entry is canonical JSON, so it
begins, goes on and ends with these columns in a known form. What needs escapes there is looked at here. SQLite takes
bytes where text should be, and no filter would find them: they come after all text.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.audit.rows import fault, in_order

AT_ONCE = 100_000
Differing = tuple[int, str]
SQLITE = """
SELECT seq FROM audit_entry WHERE seq >= {first} AND seq < {end} AND NOT coalesce(
    max(action, actor, case_id, object, at) < x''
    AND instr(entry, CAST(action || '","actor":"' || actor || '","case":"' || case_id || '","changes":{{' AS BLOB)) = 12
    AND instr(entry, CAST('}},"object":"' || object || '","roles":[' AS BLOB)) > 0
    AND substr(entry, -50 - length(seq))
        = CAST('],"seq":' || seq || ',"ts":"' || replace(at, ' ', 'T') || 'Z","v":1}}' AS BLOB), false)
ORDER BY seq"""
POSTGRESQL = """
SELECT seq FROM audit_entry WHERE seq >= {first} AND seq < {end} AND NOT coalesce(
    position(convert_to(action || '","actor":"' || actor || '","case":"' || case_id || '","changes":{{', 'UTF8')
        IN entry) = 12
    AND position(convert_to('}},"object":"' || object || '","roles":[', 'UTF8') IN entry) > 0
    AND substring(entry FROM octet_length(entry) - 49 - length(seq::text))
        = convert_to('],"seq":' || seq || ',"ts":"'
            || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || 'Z","v":1}}', 'UTF8'), false)
ORDER BY seq"""


@contextmanager
def columns_beside(session: Session, size: int) -> Iterator["Future[Differing | None]"]:
    """Compare the columns of the first `size` entries on a connection of its own while the caller hashes, and stop when
    the caller leaves."""
    engine = session.connection().engine
    stop = Event()
    with ThreadPoolExecutor(1, "columns-of-the-log") as beside:
        try:
            yield beside.submit(_first_that_differs, engine.connect, size, stop)
        finally:
            stop.set()


def _first_that_differs(connect: Callable[[], Connection], size: int, stop: Event) -> Differing | None:
    with connect() as connection:
        query = SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL
        end = 0
        while (first := _next(connection, end)) is not None and first < size and not stop.is_set():
            end = min(first + AT_ONCE, size)
            for seq in connection.exec_driver_sql(query.format(first=first, end=end)).scalars().all():
                if kind := _kind(connection, seq, size):
                    return seq, kind
    return None


def _next(connection: Connection, end: int) -> int | None:
    """The next number that a row has: the size may be forged, and far beyond them all."""
    return connection.scalar(select(func.min(AuditEntry.seq)).where(AuditEntry.seq >= end))


def _kind(connection: Connection, seq: int, size: int) -> str | None:
    try:
        row = connection.execute(in_order().where(AuditEntry.seq == seq)).one_or_none()
    except DataError:  # a time that is none
        return "edited"
    return fault(row, seq, size) if row else None
