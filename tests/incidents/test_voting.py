"""Answers that are corrected, withheld, late or refused: what counts, what stays on record, what changes nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.access import Role
from core.errors import Conflict, DomainError, NotFound
from core.keys import unseal
from identity.models import Absence
from incidents import assessing
from incidents.assessing.admitting import ABSENT, ASIDE, DECIDED, TOO_LATE, own_seat
from incidents.assessing.recalling import RecallForm
from incidents.assessing.recusing import RecuseForm
from incidents.assessing.seats import abstained, assessments, superseded, votes_of
from incidents.assessing.voting import ALREADY, correction_place
from incidents.case_rounds import rounds
from incidents.commission_models import Assessment, CommissionSeat
from incidents.involvement import exclude
from tests.fixtures.world import World
from tests.incidents.bench import Bench

WHY = "Jag läste fel om krypteringen."


def rows(bench: Bench) -> list[dict[str, object]]:
    """Everything that is written about the commission: seats, answers, the commission itself, mails and log."""
    with bench.world.look() as session:
        commission = bench._both(session)[1]
        found = [
            *session.scalars(select(CommissionSeat).order_by(CommissionSeat.user_id)),
            *session.scalars(select(Assessment).order_by(Assessment.user_id, Assessment.version)),
            commission,
        ]
        return [{c.key: getattr(row, c.key) for c in row.__table__.columns} for row in found]


def refused(bench: Bench, key: str, kind: type[DomainError], why: str = "", **changes: str) -> None:
    before, log = rows(bench), bench.log()
    with pytest.raises(kind) as wrong:
        bench.vote(key, "high", **changes)
    assert (wrong.value.message == why) if why else type(wrong.value) is kind
    assert (rows(bench), bench.log()) == (before, log)


def test_a_second_answer_without_a_reason_changes_nothing(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    bench.vote("per", "risk")
    refused(bench, "per", Conflict, ALREADY)


def test_a_reasoned_correction_counts_and_the_first_stays_struck_through(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    bench.vote("per", "none")
    world.later(hours=1)
    bench.vote("per", "high", correction=WHY)
    with world.look() as session:
        incident, commission = bench._both(session)
        assert votes_of(session, commission) == {world.users["per"].id: "high"}
        old, new = superseded(session, commission)[0], assessments(session, commission)[0]
        assert (old.version, old.vote, old.superseded_at) == (1, "none", new.submitted_at)
        assert (new.version, new.superseded_at) == (2, None)
        assert unseal(session, incident.id, correction_place(new), new.correction_sealed) == WHY
    assert bench.log()[-1] == "commission:corrected"


def test_a_correction_after_everybody_has_answered_changes_the_outcome_and_is_told(world: World) -> None:
    bench = Bench(world).done("none")
    bench.vote("per", "high", correction=WHY)
    assert (bench.commission().outcome, bench.commission().state) == ("none", "closed")
    told = len(bench.mail_ids("quorum_reached"))
    bench.vote("leila", "high", correction=WHY)
    assert bench.commission().outcome == "high"
    assert len(bench.mail_ids("quorum_reached")) > told


def test_nothing_is_corrected_after_the_decision(world: World) -> None:
    bench = Bench(world).done()
    bench.decide()
    refused(bench, "per", Conflict, DECIDED, correction=WHY)


def test_an_answer_after_the_decision_changes_nothing(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    for key in ("commissioner", "per"):
        bench.vote(key, "risk")
    bench.decide()
    refused(bench, "leila", Conflict, DECIDED)


def test_an_answer_while_a_departure_waits_for_the_chair_changes_nothing(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    for key in ("commissioner", "per"):
        bench.vote(key, "high")
    bench.decide(departure_reason="Mottagaren har raderat allt.")
    refused(bench, "leila", Conflict, DECIDED)


def test_an_answer_to_a_round_that_was_taken_back_changes_nothing(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    with small_world.change() as session:
        incident = bench._incident(session)
        form = RecallForm(version=incident.version, recall_reason="Nya uppgifter.")
        assessing.recall(session, small_world.actor(Role.MANAGER), incident, form, small_world.now)
    refused(bench, "per", Conflict, TOO_LATE)


def test_who_is_involved_finds_nothing_to_answer(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    with world.change() as session:
        incident = bench._incident(session)
        exclude(session, world.actor(Role.MANAGER), incident, world.users["leila"].id, "", world.now)
    refused(bench, "leila", NotFound)
    refused(bench, Role.EMPLOYEE, NotFound)


def test_who_has_stepped_aside_is_told_so_when_they_know_the_case_otherwise(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    bench.recuse("per")
    refused(bench, "per", NotFound)
    chair = world.actor("commissioner")
    both = type(chair)(chair.id, chair.name, chair.roles | {Role.MANAGER})
    with world.change() as session:
        incident, commission = bench._both(session)
        assessing.recuse(session, both, incident, commission, RecuseForm(reason="Min bror."), world.now)
    with world.look() as session:
        incident, commission = bench._both(session)
        with pytest.raises(Conflict) as wrong:
            own_seat(session, both, incident, commission)
    assert wrong.value.message == ASIDE


def test_who_is_away_comes_back_first(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    with world.change() as session:
        session.add(Absence(user_id=world.users["per"].id, deputy_id=world.users[Role.DEPUTY].id, set_at=world.now,
                            from_at=world.now, until_at=world.now + timedelta(days=9)))  # fmt: skip
    refused(bench, "per", Conflict, ABSENT)


def test_an_abstention_is_an_answer_but_no_vote(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    bench.vote("commissioner", "risk")
    bench.abstain("per")
    with world.look() as session:
        incident, commission = bench._both(session)
        assert abstained(session, commission) == {world.users["per"].id}
        assert list(votes_of(session, commission)) == [world.users["commissioner"].id]
        found = rounds(session, world.actor("per"), [incident.id])[incident.id]
        assert (found.given, found.votes, found.quorate, found.awaits_me, found.can_finish) == (
            2,
            1,
            False,
            False,
            True,
        )
    bench.vote("leila", "none")
    assert (bench.commission().outcome, bench.commission().state) == ("risk", "closed")


def test_too_many_abstentions_are_said_like_a_lost_quorum(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    bench.abstain("per")
    assert bench.told("quorum_lost") == set()
    bench.abstain("leila")
    assert bench.told("quorum_lost") == {"manager", "deputy", "head"}
    with world.look() as session:
        incident = bench._incident(session)
        assert not rounds(session, world.actor(Role.MANAGER), [incident.id])[incident.id].can_finish


def test_who_abstained_can_vote_after_all_with_a_reason(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    bench.abstain("per")
    refused(bench, "per", Conflict, ALREADY)
    bench.vote("per", "risk", correction=WHY)
    with pytest.raises(Conflict):
        bench.abstain("per")


def test_the_answer_to_the_question_of_conflict_is_kept(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    bench.vote("per", "risk")
    with small_world.look() as session:
        seat = session.get_one(CommissionSeat, (bench._both(session)[1].id, small_world.users["per"].id))
        assert seat.no_conflict_at == small_world.now


def test_a_late_answer_is_kept_and_marked_and_a_late_correction_too(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    bench.vote("per", "risk")
    small_world.later(hours=25)
    bench.vote("per", "high", correction=WHY)
    with small_world.look() as session:
        _, commission = bench._both(session)
        assert [row.late for row in (*superseded(session, commission), *assessments(session, commission))] == [
            False,
            True,
        ]
