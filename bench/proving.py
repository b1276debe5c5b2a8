"""The proof that one entry stands in the signed log, against reading and hashing its neighbours."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.audit.checkpoints import newest
from core.audit.kept_roots import keep_roots, roots_by_kept
from core.audit.models import AuditEntry, AuditHead
from core.audit.proofs import includes, inclusion_ranges
from core.audit.signer import Signer
from core.audit.signer_folder import Folder
from core.audit.tree import grow, leaf_hash
from core.db import Database
from core.moment import now

PROOFS, AROUND = 200, 256
ENTRY = select(AuditEntry.entry).where(AuditEntry.seq == bindparam("seq"))
LEAVES = "SELECT leaf FROM audit_entry WHERE seq >= {first} AND seq < {end} ORDER BY seq"
Ask = Callable[[str], Iterable[tuple[bytes]]]


def sign(database: Database, folder: Path) -> None:
    """Sign the log as the worker does, and keep the roots."""
    assert Signer(database, Folder(folder / "signer"), "bench").look(now())
    while keep_roots(database):
        pass


def proven(database: Database, entries: int) -> float:
    """Milliseconds to read an entry, make its proof, and hold it against the signed root."""
    with database.reading() as session:
        point = newest(session)
        head = session.get(AuditHead, 1)
        assert point
        assert head
        started = time.perf_counter()
        for seq in _chosen(entries):
            _prove(session, seq, point.size, bytes.fromhex(point.root), head.skipped)
        return (time.perf_counter() - started) / PROOFS * 1000


def _prove(session: Session, seq: int, size: int, signed: bytes, skipped: list[int]) -> None:
    entry = session.connection().execute(ENTRY, {"seq": seq}).scalar_one()
    path = inclusion_ranges(seq, size)
    found = roots_by_kept(session, path, size, skipped)
    assert found is not None, "a kept root is missing"
    assert includes(seq, size, leaf_hash(entry), tuple(found[part] for part in path), signed)


def neighbours(url: str, entries: int) -> float:
    """Milliseconds to read and hash the leaves around one."""
    with _asking(url) as ask:
        started = time.perf_counter()
        for seq in _chosen(entries):
            first = seq // AROUND * AROUND
            grow(leaf for (leaf,) in ask(LEAVES.format(first=first, end=first + AROUND)))
        return (time.perf_counter() - started) / PROOFS * 1000


def _chosen(entries: int) -> list[int]:
    return [entries * place // PROOFS for place in range(PROOFS)]


@contextmanager
def _asking(url: str) -> Iterator[Ask]:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as line:
            yield line.execute
        return
    with psycopg.connect(url) as connection, connection.cursor(binary=True) as cursor:
        yield cursor.execute
