"""Checking the log: every stored byte is hashed again and held against the head and all that was signed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from core.audit.columns import columns_beside
from core.audit.gaps import Growing, first_stray_value
from core.audit.head import frontier_of, head_holds
from core.audit.marks import Fault, Marks, marks_of
from core.audit.models import AuditEntry, AuditHead
from core.audit.reading import Bytes, add_all, hashed, room, rows_in_order
from core.audit.rows import fault, in_order
from core.audit.tree import Frontier, first_difference, root

Note = Callable[[int], None]
UNLIKE_OURS = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError, DataError)


@dataclass(frozen=True)
class Verdict:
    """What a check found: `kind` and `first_bad` (entry number) name the first thing that is wrong."""

    size: int
    root: str
    result: str
    first_bad: int | None = None
    kind: str | None = None


class Wrong(Exception):
    """The first thing that is wrong, where reading stopped."""

    def __init__(self, kind: str, first: int | None) -> None:
        super().__init__(kind)
        self.kind, self.first = kind, first


def _nobody(_read: int) -> None:
    pass


def verify(session: Session, note: Note = _nobody, kept: str | None = None) -> Verdict:
    """Read the whole log once, in order, with flat memory, and hold it against its head and all that was signed: the
    checkpoints given out, and one that somebody `kept` elsewhere. `note` is told after each block how many entries are
    read; what it raises breaks the check off. What a forged row makes the reading of it raise is a fault of the log."""
    head = session.get(AuditHead, 1)
    if head is None:
        return _bad(0, (), None, "truncated")
    tree, first, kind = Growing((), 0, []), None, None
    with columns_beside(session, head.size) as differing:
        try:
            with marks_of(session, kept) as marks:
                _read_all(session, head, tree, marks, note)
                _hold(session, tree, head, marks)
        except Wrong as wrong:
            first, kind = wrong.first, wrong.kind
        except UNLIKE_OURS:
            first, kind = None, "edited"
        row = differing.result()
    if row and (kind in (None, "rewritten") or first is None or row[0] < first):  # a rewritten part begins somewhere
        first, kind = row
    return _bad(tree.size, tree.frontier, first, kind) if kind else _good(tree.size, tree.frontier)


def verify_end(session: Session, count: int) -> Verdict:
    """Read the last entries only: each is what it was, and the head that vouches for the rest is ours."""
    head = session.get(AuditHead, 1)
    if head is None:
        return _bad(0, (), None, "truncated")
    frontier = frontier_of(head)
    if not head_holds(session, head):
        return _bad(head.size, frontier, None, "rewritten")
    expected = max(0, head.size - count)
    for row in session.execute(in_order().where(AuditEntry.seq >= expected)):
        while expected in head.skipped:
            expected += 1
        if kind := fault(row, expected, head.size):
            return _bad(head.size, frontier, expected, kind)
        expected += 1
    while expected in head.skipped:
        expected += 1
    if expected < head.size:
        return _bad(head.size, frontier, expected, "truncated")
    return _good(head.size, frontier)


def _read_all(session: Session, head: AuditHead, tree: Growing, marks: Marks, note: Note) -> None:
    skipped = set(head.skipped) if head_holds(session, head) else set()
    _require(marks.fault(0, ()))
    with rows_in_order(session) as fetch:
        while rows := fetch(room(tree)):
            in_gap = skipped and not skipped.isdisjoint(range(tree.size, rows[-1][0] + 1))
            leaves = None if in_gap or rows[-1][0] >= head.size else hashed(rows, tree.size)
            if leaves is None:
                _read_with_care(session, head, tree, skipped, rows, marks)
            elif marks.size is not None and marks.size <= tree.size + len(leaves):
                _add(tree, leaves, marks)
            else:
                add_all(tree, leaves)
            note(tree.size)


def _read_with_care(
    session: Session, head: AuditHead, tree: Growing, skipped: set[int], rows: Sequence[Bytes], marks: Marks
) -> None:
    """Row by row: something in this block is not as it is almost always."""
    for row in session.execute(in_order().where(AuditEntry.seq.between(rows[0][0], rows[-1][0]))).all():
        if row.seq in skipped:
            raise Wrong("inserted", row.seq)
        tree.pass_over(skipped)
        if kind := fault(row, tree.size, head.size):
            raise Wrong(kind, tree.size)
        _add(tree, [row.leaf], marks)


def _add(tree: Growing, leaves: Sequence[bytes], marks: Marks) -> None:
    """Leaf by leaf, because something was signed on the way."""
    for leaf in leaves:
        tree.add(leaf)
        if tree.size == marks.size:
            _require(marks.fault(tree.size, tree.frontier))


def _require(found: Fault | None) -> None:
    if found:
        raise Wrong(found[1], found[0])


def _hold(session: Session, tree: Growing, head: AuditHead, marks: Marks) -> None:
    """The tree of the rows beside the head that vouches for it."""
    if tree.size < head.size:
        raise Wrong("truncated", tree.size)
    if not head_holds(session, head):
        raise Wrong("rewritten", None)
    different = first_difference(tree.frontier, frontier_of(head), head.size)
    if different is not None:
        raise Wrong("rewritten", different)
    _require(marks.left(tree.size))
    stray = first_stray_value(session)
    if stray is not None:
        raise Wrong("inserted", None if stray < 0 else stray)


def _good(size: int, frontier: Frontier) -> Verdict:
    return Verdict(size, root(frontier).hex(), "ok")


def _bad(size: int, frontier: Frontier, first: int | None, kind: str) -> Verdict:
    return Verdict(size, root(frontier).hex(), "bad", first, kind)
