"""What was signed, held against the rows: a log rewritten with the stolen key of its head still differs from every
checkpoint that was given out before, and the first that differs says between which two entries the change begins.
"""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from heapq import merge
from operator import itemgetter

from sqlalchemy import select, type_coerce
from sqlalchemy.orm import Session

from core.audit.checkpoints import known_keys
from core.audit.models import Whole
from core.audit.note import open_checkpoint, unverified
from core.audit.note_keys import BadNote
from core.audit.proof_models import AuditCheckpoint
from core.audit.tree import Frontier, root

REWRITTEN, TRUNCATED, BAD_SIGNATURE = "rewritten", "truncated", "bad_signature"
AT_ONCE = 500
Mark = tuple[int, bytes, str]
Fault = tuple[int | None, str]


@dataclass
class Marks:
    """The signed sizes in order. `agreed` is the last of them whose root the rows had."""

    session: Session
    in_turn: Iterator[Mark]
    agreed: int = 0

    def __post_init__(self) -> None:
        self._next = next(self.in_turn, None)
        self._keys = known_keys(self.session)

    @property
    def size(self) -> int | None:
        """The next size that was signed."""
        return self._next[0] if self._next else None

    def fault(self, size: int, frontier: Frontier) -> Fault | None:
        """What is wrong once the rows have made a tree of this size; nothing when no mark of it differs."""
        while self._next and self._next[0] <= size:
            if self._next[:2] != (size, root(frontier)):
                return self._named(REWRITTEN, self.agreed)
            if self._signed() != self._next[:2]:
                return None, BAD_SIGNATURE
            self.agreed = size
            self._next = next(self.in_turn, None)
        return None

    def left(self, size: int) -> Fault | None:
        """What is wrong when the rows have ended before the marks."""
        return self._named(TRUNCATED, size) if self._next else None

    def _named(self, kind: str, place: int) -> Fault:
        """What a mark shows that differs; one that no key of ours has signed so shows nothing of the log."""
        return (place, kind) if self._next and self._signed() == self._next[:2] else (None, BAD_SIGNATURE)

    def _signed(self) -> tuple[int, bytes] | None:
        """What the note of the mark says of the log; nothing when no key of ours has signed it."""
        try:
            found = open_checkpoint(self._next[2] if self._next else "", self._keys)
        except BadNote:
            return None
        return found.size, found.root


@contextmanager
def marks_of(session: Session, kept: str | None = None) -> Iterator[Marks]:
    """The marks of a log: those given out, and one that somebody `kept` elsewhere, which `unverified` can read."""
    with closing(_given_out(session)) as ours:
        yield Marks(session, merge(ours, [_mark(kept)], key=itemgetter(0)) if kept else ours)


def _given_out(session: Session) -> Generator[Mark]:
    columns = (type_coerce(AuditCheckpoint.size, Whole), AuditCheckpoint.root, AuditCheckpoint.note)
    query = select(*columns).where(AuditCheckpoint.size > 0).order_by(AuditCheckpoint.size, AuditCheckpoint.id)
    with session.execute(query, execution_options={"yield_per": AT_ONCE}) as rows:
        for row in rows:
            yield _shaped(row[0], row.root, row.note)


def _mark(note: str) -> Mark:
    point = unverified(note)
    return point.size, point.root, note


def _shaped(size: object, root: object, note: object) -> Mark:
    """SQLite takes anything in these columns; what is no mark agrees with no log, and nobody has signed it."""
    if not isinstance(size, int) or not isinstance(root, str) or not isinstance(note, str):
        return 0, b"", ""
    try:
        return size, bytes.fromhex(root), note
    except ValueError:
        return size, b"", note
