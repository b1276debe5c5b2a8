"""Calling, assessing under seal, stepping aside: the commission of clause 8.1 on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.access import Role
from core.errors import Conflict, Invalid, NotFound
from core.moment import utc
from incidents import assessing
from incidents.assessing.convening import due_by_default
from incidents.assessing.proposing import proposed
from incidents.commission import Position, Seat
from incidents.commission_models import Assessment
from incidents.involvement import exclude
from tests.fixtures.world import World
from tests.incidents.bench import Bench

NOW = utc(2026, 11, 23, 8)


def test_the_time_to_answer_is_a_day_but_ends_twelve_hours_before_the_legal_deadline() -> None:
    assert due_by_default(NOW, None) == NOW + timedelta(hours=24)
    assert due_by_default(NOW, NOW + timedelta(hours=60)) == NOW + timedelta(hours=24)
    assert due_by_default(NOW, NOW + timedelta(hours=20)) == NOW + timedelta(hours=8)
    assert due_by_default(NOW, NOW + timedelta(hours=3)) == NOW + timedelta(hours=1)
    assert due_by_default(NOW, NOW - timedelta(hours=3)) == NOW + timedelta(hours=1)


def test_the_proposed_panel_leaves_out_who_is_involved_and_somebody_presides() -> None:
    panel = [Seat("sara", Position.CHAIR), Seat("per"), Seat("leila"), Seat("kim", Position.SUBSTITUTE)]
    seats = proposed(panel, {"sara"})
    assert [(seat.member, seat.position) for seat in seats] == [
        ("per", Position.CHAIR),
        ("leila", Position.MEMBER),
        ("kim", Position.MEMBER),
    ]


def test_calling_the_commission_opens_the_round_and_tells_who_sits(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    assert bench.incident().state == "in_assessment"
    assert (bench.commission().quorum, bench.commission().due_at) == (2, world.now + timedelta(hours=24))
    assert bench.told("convened") == {"commissioner", "per", "leila"}
    assert "commission:convened" in bench.log()


def test_a_case_is_called_once(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    with pytest.raises(Conflict):
        bench.convene()


def test_who_is_involved_can_never_be_seated(world: World) -> None:
    bench = Bench(world)
    with world.change() as session:
        incident = bench._incident(session)
        exclude(session, world.actor(Role.MANAGER), incident, world.users["per"].id, "", world.now)
    with pytest.raises(Invalid) as wrong:
        bench.convene()
    assert list(wrong.value.fields) == ["member_1"]


def test_the_outcome_stands_at_the_quorum_and_is_told_to_those_who_may_see_it(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    bench.vote("commissioner", "none")
    assert bench.commission().outcome == ""
    bench.vote("per", "high")
    assert bench.commission().outcome == "high"
    assert bench.told("quorum_reached") == {"manager", "deputy", "dpo", "commissioner", "per"}
    bench.vote("leila", "none")
    assert (bench.commission().outcome, bench.commission().state) == ("none", "closed")


def test_each_member_answers_once(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    bench.vote("per", "risk")
    with pytest.raises(Conflict):
        bench.vote("per", "none")


def test_who_has_no_seat_cannot_answer(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    with pytest.raises(NotFound):
        bench.vote("kim", "risk")


def test_an_answer_after_the_time_counts_and_is_marked_late(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    world.later(hours=25)
    bench.vote("per", "risk")
    with world.look() as session:
        assert session.scalars(select(Assessment)).one().late


def test_who_steps_aside_counts_out_and_the_first_substitute_is_called(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    bench.vote("per", "high")
    bench.recuse("per")
    assert "kim" in bench.told("convened")
    bench.vote("commissioner", "none")
    assert bench.commission().outcome == ""
    bench.vote("kim", "none")
    assert bench.commission().outcome == "none"


def test_the_handlers_hear_when_no_quorum_can_be_reached(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    for key in ("per", "leila"):
        bench.recuse(key)
    assert bench.told("quorum_lost") == set()
    bench.recuse("kim")
    assert bench.told("quorum_lost") == {"manager", "deputy", "head"}


def test_members_are_reminded_at_half_time_and_two_hours_before_once_each(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    bench.vote("per", "risk")

    def reminded() -> int:
        with world.change() as session:
            return assessing.remind(session, world.now)

    world.later(hours=11)
    assert reminded() == 0
    world.later(hours=2)
    assert (reminded(), reminded()) == (2, 0)
    assert bench.told("assessment_missing") == {"commissioner", "leila"}
    world.later(hours=40)
    assert (reminded(), reminded()) == (2, 0)


def test_a_member_excluded_after_the_call_is_replaced_by_the_next_round_of_the_worker(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    with world.change() as session:
        incident = bench._incident(session)
        exclude(session, world.actor(Role.MANAGER), incident, world.users["leila"].id, "", world.now)
    assessing.remind_members(world.database, world.now)
    assert "kim" in bench.told("convened")
    bench.vote("kim", "risk")


def test_the_log_proves_an_answer_without_showing_it(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    bench.vote("per", "high")
    from core.audit.models import AuditEntry, AuditValue

    with world.look() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "commission:assessed")).one()
        assert b"commitment" in entry.entry
        assert b"high" not in entry.entry
        assert session.scalar(select(AuditValue).where(AuditValue.seq == entry.seq)) is None
