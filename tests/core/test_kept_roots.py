"""Kept roots give the proofs that the leaves give, and a wrong one gives none that passes."""

import pytest
from sqlalchemy import select, text, update

from core.audit import kept_roots
from core.audit.kept_roots import forget_roots, keep_roots, roots_by_kept
from core.audit.models import AuditHead
from core.audit.proof_models import AuditSubtree
from core.audit.proofs import Range, consistency_ranges, includes, inclusion_ranges
from core.audit.subtrees import leaves_of, subtree_roots
from tests.core.test_audit import tamper
from tests.core.test_signer import signer, write
from tests.fixtures.world import World

BLOCK, SIZE = 4, 45


@pytest.fixture
def signed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A log of eleven small blocks and one entry more."""
    monkeypatch.setattr(kept_roots, "BLOCK", BLOCK)
    monkeypatch.setattr(kept_roots, "AT_ONCE", 3)
    write(world, SIZE)
    assert signer(world).look(world.now)
    return world


def keep_all(world: World) -> int:
    """How often it took."""
    rounds = 1
    while keep_roots(world.database):
        rounds += 1
    return rounds


def asked(size: int) -> set[Range]:
    parts = {part for index in range(size) for part in inclusion_ranges(index, size)}
    return parts | {part for first in range(1, size) for part in consistency_ranges(first, size)}


def from_leaves(world: World, size: int) -> dict[Range, bytes]:
    with world.look() as session:
        skipped = session.scalar(select(AuditHead.skipped)) or ()
        return subtree_roots(leaves_of(session, size, skipped), asked(size))


def from_kept(world: World, size: int) -> dict[Range, bytes] | None:
    with world.look() as session:
        skipped = session.scalar(select(AuditHead.skipped)) or ()
        return roots_by_kept(session, asked(size), size, skipped)


def named(world: World) -> set[int]:
    with world.look() as session:
        return set(session.scalars(select(AuditSubtree.middle)))


def test_they_are_made_some_at_a_time_and_give_every_proof_that_the_leaves_give(signed: World) -> None:
    assert keep_all(signed) == 4
    wholes = {(start, start + width) for width in (4, 8, 16, 32) for start in range(0, SIZE - width + 1, width)}
    assert named(signed) == {(start + end) // 2 for start, end in wholes}
    leaves = from_leaves(signed, SIZE)
    found = from_kept(signed, SIZE)
    assert found == {part: leaves[part] for part in asked(SIZE)}


def test_they_grow_with_what_is_signed_and_prove_every_earlier_tree_too(signed: World) -> None:
    keep_all(signed)
    write(signed, 20)
    assert not keep_roots(signed.database)
    assert max(named(signed)) < SIZE
    assert signer(signed).look(signed.later(minutes=2))
    keep_all(signed)
    for size in (1, 3, BLOCK, 17, SIZE, SIZE + 20):
        leaves = from_leaves(signed, size)
        assert from_kept(signed, size) == {part: leaves[part] for part in asked(size)}


def test_a_number_that_was_passed_over_has_its_leaf_here_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_roots, "BLOCK", BLOCK)
    write(world, 5)
    tamper(world, "INSERT INTO audit_entry SELECT seq + 1, entry, leaf, at, actor, action, object, case_id "
                  "FROM audit_entry WHERE seq = 4")  # fmt: skip
    write(world, 8)
    assert signer(world).look(world.now)
    keep_all(world)
    leaves = from_leaves(world, 14)
    assert from_kept(world, 14) == {part: leaves[part] for part in asked(14)}


def test_without_a_row_that_it_needs_there_is_no_answer(signed: World) -> None:
    assert from_kept(signed, SIZE) is None
    keep_all(signed)
    with signed.change() as session:
        forget_roots(session)
    assert from_kept(signed, SIZE) is None


def test_a_wrong_row_makes_no_proof_that_passes(signed: World) -> None:
    keep_all(signed)
    with signed.change() as session:
        session.execute(update(AuditSubtree).where(AuditSubtree.middle == 16).values(root=b"x" * 32))
    leaves = from_leaves(signed, SIZE)
    with signed.look() as session:
        leaf = list(leaves_of(session, SIZE, ()))
    found = from_kept(signed, SIZE)
    assert found is not None
    passing = [index for index in range(SIZE) if includes(
        index, SIZE, leaf[index], tuple(found[part] for part in inclusion_ranges(index, SIZE)), leaves[0, SIZE]
    )]  # fmt: skip
    assert passing == list(range(32))  # whose own half it is


def test_a_new_line_of_signatures_forgets_them(signed: World) -> None:
    keep_all(signed)
    assert signer(signed).begin_line(signed.actor("dpo"), "restored", signed.later(minutes=2))
    assert not named(signed)
    with signed.look() as session:
        assert session.scalar(text("SELECT size FROM audit_head")) == SIZE + 1
