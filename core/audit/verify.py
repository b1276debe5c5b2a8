"""Checking the log: every stored byte is hashed again and held against the head."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from core.audit.entries import head_mac, stamp
from core.audit.models import AuditEntry, AuditHead
from core.audit.tree import Frontier, append, first_difference, leaf_hash, root


@dataclass(frozen=True)
class Verdict:
    """What a check found: `kind` and `first_bad` (entry number) name the first thing that is wrong."""

    size: int
    root: str
    result: str
    first_bad: int | None = None
    kind: str | None = None


def verify(session: Session) -> Verdict:
    """Read the whole log once, in order, with flat memory."""
    head = session.get(AuditHead, 1)
    if head is None:
        return _bad(0, (), None, "truncated")
    frontier: Frontier = ()
    expected = 0
    with session.execute(_in_order(), execution_options={"yield_per": 2000}) as rows:
        for row in rows:
            kind = _fault(row, expected, head.size)
            if kind:
                return _bad(expected, frontier, expected, kind)
            frontier = append(frontier, expected, row.leaf)
            expected += 1
    if expected < head.size:
        return _bad(expected, frontier, expected, "truncated")
    if expected and head.mac != head_mac(session.info["keyring"], head.size, list(head.frontier)):
        return _bad(expected, frontier, None, "rewritten")
    different = first_difference(frontier, tuple(bytes.fromhex(node) for node in head.frontier), head.size)
    if different is not None:
        return _bad(expected, frontier, different, "rewritten")
    return Verdict(expected, root(frontier).hex(), "ok")


Stored = Row[int, bytes, bytes, datetime, str, str, str, str]


def _in_order() -> Select[int, bytes, bytes, datetime, str, str, str, str]:
    hashed = (AuditEntry.seq, AuditEntry.entry, AuditEntry.leaf, AuditEntry.at)
    return select(*hashed, AuditEntry.actor, AuditEntry.action, AuditEntry.object, AuditEntry.case_id).order_by(
        AuditEntry.seq
    )


def _fault(row: Stored, expected: int, size: int) -> str | None:
    if row.seq >= size:
        return "inserted"
    if row.seq != expected:
        return "deleted"
    if leaf_hash(row.entry) != row.leaf:
        return "edited"
    entry = json.loads(row.entry)
    if entry["seq"] != expected:
        return "reordered"
    shown = (stamp(row.at), row.actor, row.action, row.object, row.case_id)
    if shown != (entry["ts"], entry["actor"], entry["action"], entry["object"], entry["case"]):
        return "edited"
    return None


def _bad(size: int, frontier: Frontier, first: int | None, kind: str) -> Verdict:
    return Verdict(size, root(frontier).hex(), "bad", first, kind)
