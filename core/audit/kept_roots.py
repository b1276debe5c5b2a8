"""Roots of subtrees that are kept, so that a proof reads a few rows and not the whole log.

Every whole subtree of a block of entries or of more has a row once its entries are signed. Nobody believes a row:
whoever makes a proof of them holds it against a signed root, and goes back to the leaves when it does not lead there.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.audit.checkpoints import newest
from core.audit.models import AuditHead
from core.audit.proof_models import AuditSubtree
from core.audit.proofs import Range
from core.audit.subtrees import leaves_of
from core.audit.tree import grow, node_hash, root, spans
from core.db import Database

BLOCK = 64  # entries
AT_ONCE = 1_600  # blocks made in one go: a log that is older than this table is caught up with little by little
ASKED_AT_ONCE = 500
Node = tuple[int, int, bytes]  # start, end, root
KEPT = select(AuditSubtree.middle, AuditSubtree.root).where(AuditSubtree.middle.in_(bindparam("names", expanding=True)))


def middle(part: Range) -> int:
    """The name of a whole subtree: the entry that its right half begins with. No two have the same."""
    return (part[0] + part[1]) // 2


def keep_roots(database: Database) -> bool:
    """Keep the roots of what is signed and has none yet, some at a time; whether there is more to do."""
    with database.reading() as session:
        done, end = _kept(session), _signed(session) // BLOCK * BLOCK
        upto = min(end, done + AT_ONCE * BLOCK)
        rows = list(_new(session, done, upto)) if done < upto else []
    if rows:
        with database.transaction() as session:
            dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
            session.execute(dialect.insert(AuditSubtree).on_conflict_do_nothing(), rows)
    return bool(rows) and upto < end


def forget_roots(session: Session) -> None:
    """The log is not the one that they were made of."""
    session.execute(delete(AuditSubtree))


def roots_by_kept(
    session: Session, wanted: Iterable[Range], size: int, skipped: Collection[int]
) -> dict[Range, bytes] | None:
    """The roots of ranges that are nodes of a tree of so many leaves; None when a row that they need is not there.
    They are believed to be right by nobody."""
    asked = {part: _whole_parts(part) for part in wanted}
    needed = {part for parts in asked.values() for part in parts}
    found = _large(session, {part for part in needed if part[1] - part[0] >= BLOCK})
    found |= _small(session, {part for part in needed if part[1] - part[0] < BLOCK}, size, skipped)
    if found.keys() != needed:
        return None
    return {part: root(tuple(found[one] for one in parts)) for part, parts in asked.items()}


def _whole_parts(part: Range) -> list[Range]:
    """A range that begins where a subtree of its width may begin, as whole subtrees, largest first."""
    return [(part[0] + start, part[0] + end) for start, end in spans(part[1] - part[0])]


def _large(session: Session, parts: set[Range]) -> dict[Range, bytes]:
    names = {middle(part): part for part in parts}
    found: dict[Range, bytes] = {}
    for some in _chunks(sorted(names)):
        found |= {names[name]: kept for name, kept in session.connection().execute(KEPT, {"names": some})}
    return found


def _small(session: Session, parts: set[Range], size: int, skipped: Collection[int]) -> dict[Range, bytes]:
    """From the leaves of the blocks that they lie in."""
    inside: dict[int, list[Range]] = {}
    for part in parts:
        inside.setdefault(part[0] // BLOCK * BLOCK, []).append(part)
    found: dict[Range, bytes] = {}
    for start, some in inside.items():
        leaves = list(leaves_of(session, min(start + BLOCK, size), skipped, start))
        for part in some:
            mine = leaves[part[0] - start : part[1] - start]
            if len(mine) == part[1] - part[0]:
                found[part] = _folded(mine)
    return found


def _folded(leaves: list[bytes]) -> bytes:
    """The root of a whole subtree."""
    while len(leaves) > 1:
        leaves = [node_hash(left, right) for left, right in zip(leaves[::2], leaves[1::2], strict=True)]
    return leaves[0]


def _kept(session: Session) -> int:
    """How many entries lie in blocks with a row: the last block has the highest name of all subtrees."""
    highest = session.scalar(select(func.max(AuditSubtree.middle)))
    return 0 if highest is None else (highest // BLOCK + 1) * BLOCK


def _signed(session: Session) -> int:
    point, size = newest(session), session.scalar(select(AuditHead.size)) or 0
    return min(point.size, size) if point else 0


def _new(session: Session, done: int, end: int) -> Iterator[dict[str, object]]:
    """Each block from `done` on, and each larger subtree that ends with it."""
    edge = _edge(session, done)
    leaves = leaves_of(session, end, session.scalar(select(AuditHead.skipped)) or (), done)
    for start in range(done, end, BLOCK):
        block = list(islice(leaves, BLOCK))
        if len(block) < BLOCK:
            return  # somebody has taken entries away: the next check of the log says so
        for node in _grown(edge, (start, start + BLOCK, _folded(block))):
            yield {"middle": middle(node[:2]), "root": node[2]}


def _edge(session: Session, done: int) -> list[Node]:
    """The whole subtrees that cover the first `done` entries; from the leaves where a row is gone."""
    parts = list(spans(done))
    found = _large(session, set(parts))
    skipped = session.scalar(select(AuditHead.skipped)) or ()
    return [(start, end, found.get((start, end)) or root(grow(leaves_of(session, end, skipped, start))))
            for start, end in parts]  # fmt: skip


def _grown(edge: list[Node], node: Node) -> Iterator[Node]:
    """The node, and each that two of one width make."""
    yield node
    while edge and edge[-1][1] - edge[-1][0] == node[1] - node[0]:
        start, _, left = edge.pop()
        node = (start, node[1], node_hash(left, node[2]))
        yield node
    edge.append(node)


def _chunks(names: Sequence[int]) -> Iterator[Sequence[int]]:
    return (names[first : first + ASKED_AT_ONCE] for first in range(0, len(names), ASKED_AT_ONCE))
