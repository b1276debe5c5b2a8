"""The Merkle tree of RFC 6962, as arithmetic: leaf = SHA-256(00 || entry), node = SHA-256(01 || left || right).

The frontier is the list of roots of the perfect subtrees that cover the log so far, largest first: one per set bit of
the size. It is all that appending needs, O(log n) hashes in the head row.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

Frontier = tuple[bytes, ...]
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(frontier: Frontier, size: int, leaf: bytes) -> Frontier:
    """The frontier after one more leaf: equal subtrees merge, as in binary addition."""
    subtrees = list(frontier)
    while size & 1:
        leaf = node_hash(subtrees.pop(), leaf)
        size >>= 1
    return (*subtrees, leaf)


def root(frontier: Frontier) -> bytes:
    """The tree head, folded from the smallest subtree to the largest."""
    if not frontier:
        return EMPTY_ROOT
    *larger, result = frontier
    for subtree in reversed(larger):
        result = node_hash(subtree, result)
    return result


def grow(leaves: Iterable[bytes]) -> Frontier:
    """The frontier of a whole list of leaves."""
    frontier: Frontier = ()
    for size, leaf in enumerate(leaves):
        frontier = append(frontier, size, leaf)
    return frontier


def spans(size: int) -> Iterator[tuple[int, int]]:
    """The half-open ranges of entries that the subtrees of a frontier cover, in order."""
    start = 0
    for bit in reversed(range(size.bit_length())):
        if size >> bit & 1:
            yield start, start + (1 << bit)
            start += 1 << bit


def first_difference(mine: Sequence[bytes], theirs: Sequence[bytes], size: int) -> int | None:
    """The first entry of the first subtree where two frontiers of one size differ; None when they agree."""
    for (start, _), left, right in zip(spans(size), mine, theirs, strict=True):
        if left != right:
            return start
    return None
