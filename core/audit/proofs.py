"""Inclusion and consistency proofs of RFC 6962 section 2.1, checked as RFC 9162 section 2.1 says.

A proof is a list of subtree roots. Which subtrees is arithmetic (`*_ranges`); how their roots are found is up to the
caller, who may have all leaves in memory or read them from a table.
"""

from collections.abc import Callable, Sequence

from core.audit.tree import EMPTY_ROOT, grow, node_hash, root

Range = tuple[int, int]
Subtree = Callable[[int, int], bytes]
Proof = tuple[bytes, ...]


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The half-open ranges of leaves whose roots prove leaf `index` in a tree of `size`, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"No leaf {index} in a tree of {size}.")
    start, end, found = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(first: int, second: int) -> list[Range]:
    """The ranges whose roots prove that the tree of `second` leaves begins with that of `first` (SUBPROOF of the RFC).

    Nothing has to be proved of an empty tree, nor of one that has not grown.
    """
    if not 0 <= first <= second:
        raise ValueError(f"A tree of {second} does not begin with one of {first}.")
    if first == 0:
        return []
    start, end, found = 0, second, []
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return [(start, first), *found[::-1]] if start else found[::-1]


def inclusion_proof(index: int, size: int, subtree: Subtree) -> Proof:
    return tuple(subtree(*part) for part in inclusion_ranges(index, size))


def consistency_proof(first: int, second: int, subtree: Subtree) -> Proof:
    return tuple(subtree(*part) for part in consistency_ranges(first, second))


def subtree_of(leaves: Sequence[bytes]) -> Subtree:
    """The roots of ranges of leaves that are all in memory."""
    return lambda start, end: root(grow(leaves[start:end]))


def includes(index: int, size: int, leaf: bytes, proof: Proof, tree_root: bytes) -> bool:
    """Whether the proof leads from this leaf at this place to the root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size or len(leaf) != len(EMPTY_ROOT):
        return False
    place, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = node_hash(sibling, result)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and result == tree_root


def consistent(first: int, second: int, first_root: bytes, second_root: bytes, proof: Proof) -> bool:
    """Whether the proof shows that the second tree begins with the first (RFC 9162 section 2.1.4.2). Of an empty tree
    nothing is shown: any tree begins with it."""
    if not 0 < first < second:
        return 0 < first == second and not proof and first_root == second_root
    path = proof if first & (first - 1) else (first_root, *proof)
    if not path:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, node)
        place, last = place >> 1, last >> 1
    return last == 0 and (old, new) == (first_root, second_root)


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1
