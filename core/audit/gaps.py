"""Numbers that are taken when their turn comes: somebody has put a row there by SQL.

The log goes on at the next free number. In the tree a fixed leaf stands for each number passed over, the head keeps
them under its MAC, and the next entry says `skipped`; so the tree stays sound and verification names the forged row.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import select, type_coerce, union
from sqlalchemy.orm import Session

from core.audit.head import Head, canonical
from core.audit.models import AuditEntry, AuditValue, Whole
from core.audit.tree import Frontier, append, leaf_hash


def gap(number: int) -> bytes:
    """What stands in the tree for a number that no entry of ours has."""
    return canonical({"v": 1, "seq": number, "skipped": True})


def taken_numbers(session: Session, first: int) -> Collection[int]:
    """The numbers from `first` on that are taken, as rows of the log or of the values beside it."""
    rows = select(AuditEntry.seq).where(AuditEntry.seq >= first)
    return set(session.scalars(union(rows, select(AuditValue.seq).where(AuditValue.seq >= first))))


def first_stray_value(session: Session) -> int | None:
    """The first number with a value beside the log and no entry in it; -1 when it is none that an entry could have."""
    entry = select(AuditEntry.seq).where(AuditEntry.seq == AuditValue.seq)
    seq = type_coerce(AuditValue.seq, Whole)
    found = session.scalar(select(seq).where(~entry.exists()).order_by(AuditValue.seq).limit(1))
    return None if found is None else max(found, -1)


@dataclass
class Growing:
    """The tree while a transaction appends to it."""

    frontier: Frontier
    size: int
    skipped: list[int]

    @classmethod
    def of(cls, head: Head) -> "Growing":
        return cls(tuple(bytes.fromhex(node) for node in head.frontier), head.size, list(head.skipped))

    def add(self, leaf: bytes) -> None:
        self.frontier, self.size = append(self.frontier, self.size, leaf), self.size + 1

    def pass_over(self, taken: Collection[int]) -> list[int]:
        """Go on to the next free number; returns the ones passed over."""
        passed = list(self._taken_in_turn(taken))
        self.skipped += passed
        return passed

    def _taken_in_turn(self, taken: Collection[int]) -> Iterator[int]:
        while self.size in taken:
            yield self.size
            self.add(leaf_hash(gap(self.size)))

    def write_to(self, head: Head) -> None:
        head.size, head.frontier = self.size, [node.hex() for node in self.frontier]
        head.skipped = self.skipped
