"""P5: a row with its log entry against the row alone; the whole log verified against a raw read and hash."""

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

import psycopg

from bench.ground import company, ground
from bench.measure import Outcome, in_turn
from bench.proving import AROUND, neighbours, proven, sign
from core.access import SYSTEM
from core.audit import record
from core.audit.verify import verify
from core.db import Database, new_id
from core.keys import data_key
from core.moment import now
from incidents.models import Incident
from tests.fixtures.postgres import durable

AT_ONCE = 5_000
ROWS_A_TURN = 60  # short turns, many of them: the disk of a commit drifts more than the log costs
ROWS = "SELECT entry, leaf FROM audit_entry ORDER BY seq"


def run(*, small: bool) -> list[Outcome]:
    sizes = (10_000, 3, 5) if small else (100_000, 5, 31)
    return [line for name in ("SQLite", "PostgreSQL") for line in _run(name, *sizes)]


def _run(name: str, entries: int, pairs: int, short_pairs: int) -> list[Outcome]:
    at = now()
    with ground() as folder, _url(name) as url:
        database = company(folder, url)
        with database.transaction() as session:
            data_key(session, "bench")
        alone = partial(_insert, database, ROWS_A_TURN, at, logged=False)
        both = partial(_insert, database, ROWS_A_TURN, at, logged=True)
        both(), alone()  # the statements are prepared, the pages of the tables are there
        appended = in_turn(both, alone, short_pairs)
        _write(database, entries, at)
        verified = in_turn(partial(_verified, database), partial(_raw, database.url), pairs)
        sign(database, folder)
        shown = in_turn(partial(proven, database, entries), partial(neighbours, database.url, entries), pairs)
        database.dispose()
    return [
        Outcome("P5", f"case inserted with its log entry against without, {name}", "ms", appended, bar=1.5),
        Outcome("P5", f"{entries:,} entries verified against read and hashed, {name}", "ms", verified, bar=3),
        Outcome("P5", f"inclusion proof of one against its {AROUND} neighbours read and hashed, {name}", "ms", shown,
                bar=3),
    ]  # fmt: skip


@contextmanager
def _url(name: str) -> Iterator[str]:
    """On a server that waits for the disk at each commit, as SQLite does."""
    if name == "SQLite":
        yield ""
        return
    with durable() as server:
        yield server.create("log")


def _insert(database: Database, rows: int, at: datetime, *, logged: bool) -> float:
    """Milliseconds for a transaction: a case, and its entry with facts and one sealed value."""
    started = time.perf_counter()
    for _ in range(rows):
        with database.transaction() as session:
            session.add(Incident(id=new_id(), reference=f"PUI-B-{new_id()}", reported_at=at, title="Lista"))
            if logged:
                record(session, SYSTEM, "bench:ran", "bench", at, case="bench",
                       facts={"kind": "sent_wrong"}, changes={"title": (None, "Lista")})  # fmt: skip
    return (time.perf_counter() - started) / rows * 1000


def _write(database: Database, entries: int, at: datetime) -> None:
    for start in range(0, entries, AT_ONCE):
        with database.transaction() as session:
            for number in range(start, min(start + AT_ONCE, entries)):
                record(session, SYSTEM, "bench:ran", f"object-{number}", at, facts={"number": number})


def _verified(database: Database) -> float:
    started = time.perf_counter()
    with database.reading() as session:
        verdict = verify(session)
    assert verdict.result == "ok", f"the log is {verdict.result}: {verdict.kind}"
    return (time.perf_counter() - started) * 1000


def _raw(url: str) -> float:
    """The least that any check must do: read every entry in order and hash it."""
    started = time.perf_counter()
    for entry, leaf in _rows(url):
        assert hashlib.sha256(b"\0" + entry).digest() == leaf
    return (time.perf_counter() - started) * 1000


def _rows(url: str) -> Iterator[tuple[bytes, bytes]]:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as line:
            yield from line.execute(ROWS)
        line.close()
        return
    with psycopg.connect(url) as connection, connection.cursor(name="raw", binary=True) as cursor:
        cursor.itersize = 2_000
        yield from cursor.execute(ROWS)
