"""How far the log is held outside, read from the rows; and the line at the foot of a document."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from core.access import SYSTEM
from core.audit import record
from core.audit.anchoring import log_line, standing
from core.audit.anchors import (
    FOLDER,
    LONGEST_WAIT,
    MAIL,
    TSA,
    WAITING,
    begin,
    give_up,
    hold,
    is_due,
    newest_held,
    next_try,
    put_off,
)
from core.audit.models import AuditHead
from core.audit.proof_models import AuditAnchor
from core.moment import utc
from tests.fixtures.signed import ROOT, checkpoint
from tests.fixtures.world import World


def grow(world: World, count: int = 1) -> None:
    with world.change() as session:
        for _ in range(count):
            record(session, SYSTEM, "test:ran", "object", world.now)


def test_a_log_that_nobody_holds_says_so(world: World) -> None:
    grow(world, 3)
    with world.look() as session:
        found = standing(session)
        assert log_line(session, world.now, "en", "UTC") == ""
    assert (found.size, found.anchored_size, found.unanchored, found.kinds) == (3, 0, 3, ())
    assert (found.signed_at, found.anchored_at) == (None, None)


def test_the_newest_that_is_held_counts_and_by_whom(world: World) -> None:
    grow(world, 9)
    first = checkpoint(world, 5)
    second = checkpoint(world, 7, why="closed")
    with world.change() as session:
        hold(begin(session, first, TSA, "tsa.example", world.now), b"token", world.now)
        for kind in (FOLDER, MAIL):
            hold(begin(session, second, kind, "place", world.now), None, world.now)
        give_up(begin(session, second, MAIL, "other", world.now), "came_back")
        put_off(begin(session, second, TSA, "tsa.example", world.now), "no_answer")
    with world.look() as session:
        found = standing(session)
        assert newest_held(session, FOLDER, "elsewhere") is None
    assert (found.size, found.signed_size, found.anchored_size, found.unanchored) == (9, 7, 7, 2)
    assert (found.kinds, found.anchored_root) == ((FOLDER, MAIL), ROOT)
    by_kind = {one.kind: (one.size, one.fault) for one in found.by_kind}
    assert by_kind == {FOLDER: (7, ""), TSA: (5, "no_answer"), MAIL: (7, "came_back")}


def test_a_place_has_one_row_for_each_checkpoint(world: World) -> None:
    point = checkpoint(world, 1)
    with world.change() as session:
        rows = {begin(session, point, TSA, "tsa.example", world.now).id for _ in range(3)}
    assert len(rows) == 1
    with pytest.raises(DBAPIError), world.change() as session:
        session.add(AuditAnchor(checkpoint_id=point, kind=TSA, place="tsa.example", at=world.now, state=WAITING))


def test_what_does_not_work_is_tried_more_and_more_seldom() -> None:
    now = utc(2026, 11, 22, 13, 5)
    row = AuditAnchor(id=7, at=now, tries=0, fault="", state=WAITING)
    assert is_due(row, now)
    waits = []
    for tries in range(1, 30):
        row.tries, row.tried_at = tries, now
        waits.append((next_try(row) - now) / timedelta(minutes=1))
        assert not is_due(row, now)
        assert is_due(row, next_try(row))
    for tries, wait in enumerate(waits):
        plain = min(2**tries, 360)
        assert 0.75 * plain <= wait <= 1.25 * plain
    assert len({round(wait / min(2**tries, 360), 3) for tries, wait in enumerate(waits)}) > 20
    assert is_due(row, now - 2 * LONGEST_WAIT)  # the clock was set back


def test_the_foot_of_a_document_goes_by_its_moment(world: World) -> None:
    at = world.now
    checkpoint(world, 1234567)
    world.later(minutes=5)
    checkpoint(world, 1234600)
    with world.look() as session:
        assert log_line(session, at - timedelta(seconds=1), "en", "UTC") == ""
        assert log_line(session, at, "en", "UTC") == (
            f"Audit log: 1\u202f234\u202f567 entries, root {ROOT}, signed Sun 22 Nov 2026 13:05 UTC"
        )
        assert "1\u202f234\u202f600 poster" in log_line(session, world.now, "sv", "UTC")
        assert session.get_one(AuditHead, 1).size == 0
