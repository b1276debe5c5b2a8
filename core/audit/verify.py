"""Checking the log: every stored byte is hashed again and held against the head."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from core.audit.entries import stamp
from core.audit.gaps import Growing, first_stray_value
from core.audit.head import head_holds
from core.audit.marks import Marks, marks_of
from core.audit.models import AuditEntry, AuditHead
from core.audit.tree import Frontier, first_difference, leaf_hash, root


@dataclass(frozen=True)
class Verdict:
    """What a check found: `kind` and `first_bad` (entry number) name the first thing that is wrong."""

    size: int
    root: str
    result: str
    first_bad: int | None = None
    kind: str | None = None


AT_ONCE = 2000


def _nobody(_read: int) -> None:
    pass


def verify(session: Session, note: Callable[[int], None] = _nobody, kept: str | None = None) -> Verdict:
    """Read the whole log once, in order, with flat memory, and hold it against its head and all that was signed: the
    checkpoints given out, and one that somebody `kept` elsewhere. `note` is told now and then how many entries are
    read; what it raises breaks the check off."""
    with marks_of(session, kept) as marks:
        return _verify(session, marks, note)


def _verify(session: Session, marks: Marks, note: Callable[[int], None]) -> Verdict:
    head = session.get(AuditHead, 1)
    if head is None:
        return _bad(0, (), None, "truncated")
    tree = Growing((), 0, [])
    skipped = set(head.skipped) if head_holds(session, head) else set()
    if fault := marks.fault(0, ()):
        return _bad(0, (), *fault)
    with session.execute(_in_order(), execution_options={"yield_per": AT_ONCE}) as rows:
        for row in rows:
            if row.seq in skipped:
                return _bad(tree.size, tree.frontier, row.seq, "inserted")
            tree.pass_over(skipped)
            kind = _fault(row, tree.size, head.size)
            if kind:
                return _bad(tree.size, tree.frontier, tree.size, kind)
            tree.add(row.leaf)
            if fault := marks.fault(tree.size, tree.frontier):
                return _bad(tree.size, tree.frontier, *fault)
            if tree.size % AT_ONCE == 0:
                note(tree.size)
    return _against(session, tree, head, marks)


def verify_end(session: Session, count: int) -> Verdict:
    """Read the last entries only: each is what it was, and the head that vouches for the rest is ours."""
    head = session.get(AuditHead, 1)
    if head is None:
        return _bad(0, (), None, "truncated")
    frontier = tuple(bytes.fromhex(node) for node in head.frontier)
    if not head_holds(session, head):
        return _bad(head.size, frontier, None, "rewritten")
    expected = max(0, head.size - count)
    for row in session.execute(_in_order().where(AuditEntry.seq >= expected)):
        while expected in head.skipped:
            expected += 1
        if kind := _fault(row, expected, head.size):
            return _bad(head.size, frontier, expected, kind)
        expected += 1
    while expected in head.skipped:
        expected += 1
    if expected < head.size:
        return _bad(head.size, frontier, expected, "truncated")
    return Verdict(head.size, root(frontier).hex(), "ok")


def _against(session: Session, tree: Growing, head: AuditHead, marks: Marks) -> Verdict:
    """The tree of the rows beside the head that vouches for it."""
    if tree.size < head.size:
        return _bad(tree.size, tree.frontier, tree.size, "truncated")
    if not head_holds(session, head):
        return _bad(tree.size, tree.frontier, None, "rewritten")
    different = first_difference(tree.frontier, tuple(bytes.fromhex(node) for node in head.frontier), head.size)
    if different is not None:
        return _bad(tree.size, tree.frontier, different, "rewritten")
    if fault := marks.left(tree.size):
        return _bad(tree.size, tree.frontier, *fault)
    stray = first_stray_value(session)
    if stray is not None:
        return _bad(tree.size, tree.frontier, stray, "inserted")
    return Verdict(tree.size, root(tree.frontier).hex(), "ok")


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
    entry = _read(row.entry)
    if entry.get("seq", expected) != expected:
        return "reordered"
    shown = (stamp(row.at), row.actor, row.action, row.object, row.case_id)
    if shown != tuple(entry.get(name) for name in ("ts", "actor", "action", "object", "case")):
        return "edited"
    return None


def _read(entry: bytes) -> dict[str, object]:
    """The fields of an entry; none when these bytes were never one of ours."""
    try:
        found = json.loads(entry)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _bad(size: int, frontier: Frontier, first: int | None, kind: str) -> Verdict:
    return Verdict(size, root(frontier).hex(), "bad", first, kind)
