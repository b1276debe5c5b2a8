"""The roots of any subtrees of the log, found in one pass over the stored leaves: what proofs are made of."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import LargeBinary, bindparam, cast, select
from sqlalchemy.orm import Session

from core.audit.gaps import gap
from core.audit.models import AuditEntry
from core.audit.proofs import Range
from core.audit.tree import leaf_hash, node_hash

HEIGHT = 11
BLOCK = 1 << HEIGHT
AT_ONCE = 10_000
Node = tuple[int, int, bytes]  # start, end, root
LEAVES = (
    select(AuditEntry.seq, cast(AuditEntry.leaf, LargeBinary))  # SQLite would give text, too
    .where(AuditEntry.seq >= bindparam("first"), AuditEntry.seq < bindparam("size"))
    .order_by(AuditEntry.seq)
)


def leaves_of(session: Session, size: int, skipped: Iterable[int], first: int = 0) -> Iterator[bytes]:
    """The leaves from `first` to `size` as they are stored; a number that was passed over has its fixed one."""
    passed = {number: leaf_hash(gap(number)) for number in skipped}
    number = first
    options = {"yield_per": AT_ONCE} if size - first > AT_ONCE else {}
    rows = session.connection().execute(LEAVES, {"first": first, "size": size}, execution_options=options)
    for seq, stored in rows:
        if seq in passed:
            continue
        while number in passed:
            yield passed[number]
            number += 1
        yield stored
        number += 1
    while number in passed and number < size:
        yield passed[number]
        number += 1


def subtree_roots(leaves: Iterable[bytes], wanted: Iterable[Range]) -> dict[Range, bytes]:
    """The roots of the wanted ranges, each a node of the tree of all these leaves, and of the whole one, (0, size)."""
    asked, found = set(wanted), dict[Range, bytes]()
    inside: dict[int, list[Range]] = {}
    for part in asked:
        if part[1] - part[0] <= BLOCK:
            inside.setdefault(part[0] // BLOCK, []).append(part)
    nodes: list[Node] = []  # the complete subtrees so far
    source = iter(leaves)
    while block := list(islice(source, BLOCK)):
        start = nodes[-1][1] if nodes else 0
        for node in _folded(block, start, inside.get(start // BLOCK, []), found):
            _append(nodes, node, asked, found)
    return _with_right_edge(nodes, found)


def _folded(block: list[bytes], start: int, asked: list[Range], found: dict[Range, bytes]) -> Iterator[Node]:
    """A whole block as one node; the last, incomplete one leaf by leaf."""
    if len(block) < BLOCK:
        yield from ((start + place, start + place + 1, leaf) for place, leaf in enumerate(block))
        return
    sha256, width, level = hashlib.sha256, 1, block
    while True:
        if asked:
            found |= {part: level[(part[0] - start) // width] for part in asked if part[1] - part[0] == width}
        if width == BLOCK:
            break
        level = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=True)]
        width *= 2
    yield start, start + BLOCK, level[0]


def _append(nodes: list[Node], node: Node, asked: set[Range], found: dict[Range, bytes]) -> None:
    """Two subtrees of one width become one."""
    start, end, root = node
    while True:
        if (start, end) in asked:
            found[start, end] = root
        if not nodes or nodes[-1][1] - nodes[-1][0] != end - start:
            break
        start, _, left = nodes.pop()
        root = node_hash(left, root)
    nodes.append((start, end, root))


def _with_right_edge(nodes: list[Node], found: dict[Range, bytes]) -> dict[Range, bytes]:
    """The subtrees that end where the log ends, and are not complete."""
    if nodes:
        _, end, root = nodes[-1]
        for start, _, left in nodes[-2::-1]:
            root = node_hash(left, root)
            found[start, end] = root
        found.setdefault((nodes[-1][0], end), nodes[-1][2])
    return found
