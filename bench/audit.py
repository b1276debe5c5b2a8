"""P5: a row with its log entry against the row alone; the whole log verified against a raw read and hash."""

import hashlib
import sqlite3
import time
from datetime import datetime
from functools import partial
from pathlib import Path

from bench.ground import company, ground
from bench.measure import Outcome, in_turn
from core.access import SYSTEM
from core.audit import record
from core.audit.verify import verify
from core.db import Database, new_id
from core.keys import data_key
from core.moment import now
from incidents.models import Incident

AT_ONCE = 5_000


def run(*, small: bool) -> list[Outcome]:
    entries, pairs, rows = (10_000, 3, 100) if small else (100_000, 5, 400)
    at = now()
    with ground() as folder:
        database = company(folder)
        with database.transaction() as session:
            data_key(session, "bench")
        alone = partial(_insert, database, rows, at, logged=False)
        both = partial(_insert, database, rows, at, logged=True)
        both()
        appended = in_turn(both, alone, pairs)
        _write(database, entries, at)
        verified = in_turn(partial(_verified, database), partial(_raw, folder / "vaka.db"), pairs)
        database.dispose()
    return [
        Outcome("P5", "case inserted with its log entry against without", "ms", appended, bar=1.5),
        Outcome("P5", f"{entries:,} entries verified against read and hashed", "ms", verified, bar=3),
    ]


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


def _raw(file: Path) -> float:
    """The least that any check must do: read every entry in order and hash it."""
    started = time.perf_counter()
    with sqlite3.connect(file) as connection:
        for entry, leaf in connection.execute("SELECT entry, leaf FROM audit_entry ORDER BY seq"):
            assert hashlib.sha256(b"\0" + entry).digest() == leaf
    connection.close()
    return (time.perf_counter() - started) * 1000
