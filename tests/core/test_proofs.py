"""Proofs of the tree: what is proved is right, for every size, and what is altered in a proof is seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit.proofs import (
    consistency_proof,
    consistency_ranges,
    consistent,
    includes,
    inclusion_proof,
    inclusion_ranges,
    subtree_of,
)
from core.audit.tree import EMPTY_ROOT, grow, leaf_hash, root

LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(300)]
ROOTS = [root(grow(LEAVES[:size])) for size in range(301)]
SUBTREE = subtree_of(LEAVES)


@given(st.data())
def test_every_leaf_is_proved_and_no_other_in_its_place(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, 299))
    proof = inclusion_proof(index, size, SUBTREE)
    assert includes(index, size, LEAVES[index], proof, ROOTS[size])
    assert includes(index, size, LEAVES[other], proof, ROOTS[size]) is (other == index)
    assert includes(index, size, LEAVES[index], proof, ROOTS[other]) is (other == size)
    assert not includes(index, size, LEAVES[index], (*proof, LEAVES[0]), ROOTS[size])
    assert not includes(index, size, LEAVES[index], proof[:-1], ROOTS[size]) or not proof


@given(st.data())
def test_every_earlier_tree_is_proved_to_begin_the_later_one(data: st.DataObject) -> None:
    second = data.draw(st.integers(1, 300))
    first = data.draw(st.integers(0, second))
    other = data.draw(st.integers(1, 300))
    proof = consistency_proof(first, second, SUBTREE)
    assert consistent(first, second, ROOTS[first], ROOTS[second], proof) is (first > 0)
    if first:
        assert consistent(first, second, ROOTS[other], ROOTS[second], proof) is (other == first)
        assert consistent(first, second, ROOTS[first], ROOTS[other], proof) is (other == second)
        assert not consistent(first, second, ROOTS[first], ROOTS[second], (*proof, LEAVES[0]))
    for place in range(len(proof)):
        wrong = (*proof[:place], EMPTY_ROOT, *proof[place + 1 :])
        assert not consistent(first, second, ROOTS[first], ROOTS[second], wrong)


@pytest.mark.long
def test_all_pairs_of_sizes_up_to_300_are_proved() -> None:
    for second in range(1, 301):
        for first in range(second + 1):
            proof = consistency_proof(first, second, SUBTREE)
            assert consistent(first, second, ROOTS[first], ROOTS[second], proof) is (first > 0)
        for index in range(second):
            assert includes(index, second, LEAVES[index], inclusion_proof(index, second, SUBTREE), ROOTS[second])


def test_the_proofs_of_the_tree_with_seven_leaves_are_those_of_rfc_6962() -> None:
    """Section 2.1.3: a b | c d | e f | j; the audit paths and the three consistency proofs that it spells out."""
    assert inclusion_ranges(0, 7) == [(1, 2), (2, 4), (4, 7)]
    assert inclusion_ranges(3, 7) == [(2, 3), (0, 2), (4, 7)]
    assert inclusion_ranges(4, 7) == [(5, 6), (6, 7), (0, 4)]
    assert inclusion_ranges(6, 7) == [(4, 6), (0, 4)]
    assert consistency_ranges(3, 7) == [(2, 3), (3, 4), (0, 2), (4, 7)]
    assert consistency_ranges(4, 7) == [(4, 7)]
    assert consistency_ranges(6, 7) == [(4, 6), (6, 7), (0, 4)]


@given(st.integers(1, 1 << 40), st.data())
def test_a_proof_needs_no_more_roots_than_the_tree_is_high(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    assert len(inclusion_ranges(index, size)) <= (size - 1).bit_length()
    assert len(consistency_ranges(index, size)) <= size.bit_length() + 1


@pytest.mark.parametrize(("first", "second"), [(3, 2), (-1, 2)])
def test_a_tree_that_shrinks_has_no_proof(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="does not begin"):
        consistency_ranges(first, second)
    assert not consistent(first, second, ROOTS[2], ROOTS[2], ())
