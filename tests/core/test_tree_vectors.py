"""Cases for inclusion and consistency proofs, as the published test vectors of transparency-dev have them, made anew.

A good case of each shape of the tree, and each way in which it can be wrong: another place, size, root or leaf, a proof
that is longer, shorter or altered. The service's own proofs and the stand-alone verifier answer all of them alike.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from app import vaka_verify
from core.audit.proofs import consistency_proof, consistent, includes, inclusion_proof, subtree_of
from core.audit.tree import EMPTY_ROOT, grow, leaf_hash, root

LEAVES = [leaf_hash(bytes(range(number))) for number in range(9)]
ROOTS = [root(grow(LEAVES[:size])) for size in range(10)]
SUBTREE = subtree_of(LEAVES)
GARBAGE = bytes(32)


@dataclass(frozen=True)
class Inclusion:
    index: int
    size: int
    root: bytes
    leaf: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class Consistency:
    first: int
    second: int
    first_root: bytes
    second_root: bytes
    proof: tuple[bytes, ...]


def altered(proof: tuple[bytes, ...], *foreign: bytes) -> Iterator[tuple[str, tuple[bytes, ...]]]:
    """A proof that is longer by something at either end, shorter, or has a flipped bit in one place."""
    for number, node in enumerate((GARBAGE, b"", *foreign)):
        yield f"preceded by {number}", (node, *proof)
        yield f"followed by {number}", (*proof, node)
    for place, node in enumerate(proof):
        flipped = bytes([node[0] ^ 16]) + node[1:]
        yield f"bit flipped at {place}", (*proof[:place], flipped, *proof[place + 1 :])
        yield f"cut at {place}", proof[:place]
        yield f"without {place}", (*proof[:place], *proof[place + 1 :])
        yield f"something put in at {place}", (*proof[:place], GARBAGE, *proof[place:])
        yield f"one byte short at {place}", (*proof[:place], node[:-1], *proof[place + 1 :])


def inclusions() -> Iterator[tuple[str, Inclusion, bool]]:
    for index, size in [(0, 1), (0, 8), (5, 8), (2, 3), (1, 5), (8, 9)]:
        good = Inclusion(index, size, ROOTS[size], LEAVES[index], inclusion_proof(index, size, SUBTREE))
        yield f"{index} of {size}", good, True
        for place in {index - 1, index + 1, index ^ 2, -1, size}:
            yield f"{index} of {size} at {place}", replace(good, index=place), False
        for other in {0, size // 2, size * 2, index}:
            yield f"{index} of {size} as of {other}", replace(good, size=other), False
        for name, wrong in (("none", b""), ("the empty tree's", EMPTY_ROOT), ("the leaf", LEAVES[index][::-1])):
            yield f"{index} of {size} with root {name}", replace(good, root=wrong), False
            yield f"{index} of {size} with leaf {name}", replace(good, leaf=wrong), False
        for name, proof in altered(good.proof, ROOTS[size]):
            yield f"{index} of {size} {name}", replace(good, proof=proof), False
    yield "nothing of nothing", Inclusion(0, 0, EMPTY_ROOT, b"", ()), False
    yield "an empty leaf as its own root", Inclusion(0, 1, b"", b"", ()), False


def consistencies() -> Iterator[tuple[str, Consistency, bool]]:
    for first, second in [(1, 1), (1, 8), (6, 8), (2, 5), (6, 7), (4, 8), (8, 9), (8, 8)]:
        proof = consistency_proof(first, second, SUBTREE)
        good = Consistency(first, second, ROOTS[first], ROOTS[second], proof)
        name = f"{first} in {second}"
        yield name, good, True
        for size in {first - 1, first + 1, first ^ 2} - {0}:
            yield f"{name} as {size}", replace(good, first=size), False
        for size in (second * 2, second // 2):
            yield f"{name} in {size} instead", replace(good, second=size), False
        for wrong in (GARBAGE, b""):
            yield f"{name} with first root {wrong!r:.4}", replace(good, first_root=wrong), False
            yield f"{name} with second root {wrong!r:.4}", replace(good, second_root=wrong), False
        if first != second:
            swapped = replace(good, first_root=ROOTS[second], second_root=ROOTS[first])
            yield f"{name} with swapped roots", swapped, False
        for kind, changed in altered(good.proof, ROOTS[first], ROOTS[second]):
            yield f"{name} {kind}", replace(good, proof=changed), False


def from_nothing() -> Iterator[tuple[str, Consistency, bool]]:
    """Of an empty tree nothing can be proved: no such proof is taken."""
    for second in (0, 1, 8):
        for proof in ((), (GARBAGE,)):
            yield f"0 in {second} by {len(proof)}", Consistency(0, second, EMPTY_ROOT, ROOTS[second], proof), False


INCLUSIONS, CONSISTENCIES, FROM_NOTHING = list(inclusions()), list(consistencies()), list(from_nothing())


def verifier_includes(case: Inclusion) -> bool:
    try:
        return vaka_verify.root_from_path(case.index, case.size, case.leaf, list(case.proof)) == case.root
    except ValueError:
        return False


def verifier_consistent(case: Consistency) -> bool:
    try:
        roots = vaka_verify.roots_from_path(case.first, case.second, case.first_root, list(case.proof))
    except ValueError:
        return False
    return roots == (case.first_root, case.second_root)


def service_includes(case: Inclusion) -> bool:
    return includes(case.index, case.size, case.leaf, case.proof, case.root)


def service_consistent(case: Consistency) -> bool:
    return consistent(case.first, case.second, case.first_root, case.second_root, case.proof)


def test_there_are_at_least_as_many_cases_as_were_published() -> None:
    names = [name for name, *_ in (*INCLUSIONS, *CONSISTENCIES, *FROM_NOTHING)]
    assert len(set(names)) == len(names) >= 196
    assert {good for *_, good in INCLUSIONS} == {good for *_, good in CONSISTENCIES} == {True, False}


@pytest.mark.parametrize("ask", [verifier_includes, service_includes])
def test_a_leaf_is_included_by_its_own_proof_only(ask: Callable[[Inclusion], bool]) -> None:
    assert [name for name, case, good in INCLUSIONS if ask(case) is not good] == []


@pytest.mark.parametrize("ask", [verifier_consistent, service_consistent])
def test_a_tree_begins_a_later_one_by_its_own_proof_only(ask: Callable[[Consistency], bool]) -> None:
    cases = CONSISTENCIES + FROM_NOTHING
    assert [name for name, case, good in cases if ask(case) is not good] == []


def test_the_tree_of_the_verifier_is_the_tree_of_the_service() -> None:
    tree = vaka_verify.Tree()
    for size, leaf in enumerate([*LEAVES, b""]):
        assert (tree.size, tree.root()) == (size, ROOTS[size])
        tree.add(leaf)
