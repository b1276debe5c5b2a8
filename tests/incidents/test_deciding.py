"""The signed decision: with the commission, against it, in advance of it, and by two people at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid
from incidents import assessing
from incidents.assessing.deciding import AlreadyDecided
from incidents.commission_models import Decision, Opinion
from incidents.countersigning import refuse_to_sign, sign, waiting
from incidents.involvement import exclude
from incidents.opinions import OpinionForm, View
from tests.fixtures.world import World
from tests.incidents.bench import PASSWORD, Bench


def answer(bench: Bench, key: str, *, agree: bool = True) -> None:
    world = bench.world
    with world.change() as session:
        step = waiting(session, bench._incident(session))[0]
        if agree:
            sign(session, world.actor(key), step, PASSWORD, world.now)
        else:
            refuse_to_sign(session, world.actor(key), step, "Risken är hög.", PASSWORD, world.now)


def test_following_the_commission_is_in_force_at_once(world: World) -> None:
    bench = Bench(world).done("risk")
    bench.decide()
    incident, decision = bench.incident(), bench.last_decision()
    assert (incident.state, incident.authority_track, incident.people_track) == (
        "in_remedy",
        "none_yet",
        "not_required",
    )
    assert (decision.in_force_at, decision.follows_commission, decision.ground) == (world.now, True, "33(1)")
    assert bench.log()[-3:] == ["decision:signed", "decision:in_force", "minutes:written"]


def test_without_a_risk_nothing_is_owed_and_the_clock_of_the_notice_stops(world: World) -> None:
    bench = Bench(world).done("none")
    bench.decide(notify_authority="no")
    incident = bench.incident()
    assert incident.authority_track == "not_required"
    clock = incident.clock("notify_authority")
    assert clock is not None
    assert (clock.stopped_at, clock.stop_reason, clock.next_at) == (world.now, "not_required", None)


def test_a_wrong_password_signs_nothing(world: World) -> None:
    bench = Bench(world).done()
    with pytest.raises(Invalid) as wrong:
        bench.decide(password="fel")
    assert list(wrong.value.fields) == ["password"]
    assert bench.incident().state == "in_assessment"


def test_no_decision_without_a_quorum_while_there_is_time(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    with pytest.raises(Conflict):
        bench.decide(early_reason="Det brådskar.")


def test_departing_needs_a_reason(world: World) -> None:
    bench = Bench(world).done("high")
    with pytest.raises(Invalid) as wrong:
        bench.decide(inform_people="not", ground="none")
    assert list(wrong.value.fields) == ["departure_reason"]


def test_a_departure_waits_for_the_chair(world: World) -> None:
    bench = Bench(world).done("high")
    bench.decide(departure_reason="Mottagaren har raderat allt.")
    assert (bench.incident().state, bench.last_decision().in_force_at) == ("in_assessment", None)
    assert bench.told("signature_wanted") == {"commissioner"}
    for key in (Role.MANAGER, Role.HEAD, "per"):
        with pytest.raises(Forbidden):
            answer(bench, key)
    world.later(hours=1)
    answer(bench, "commissioner")
    assert (bench.incident().state, bench.last_decision().in_force_at) == ("in_remedy", world.now)


def test_an_exemption_of_article_34_is_no_departure(world: World) -> None:
    bench = Bench(world).done("high")
    bench.decide(ground="34(3)(a)")
    assert (bench.last_decision().ground, bench.incident().people_track) == ("34(3)(a)", "not_required")


def test_whoever_tells_the_public_instead_still_owes_it(world: World) -> None:
    """R23: a public communication takes the place of the letters; until it is made the track stays open."""
    bench = Bench(world).done("high")
    bench.decide(ground="34(3)(c)")
    assert (bench.last_decision().ground, bench.incident().people_track) == ("34(3)(c)", "preparing")
    page = world.client(Role.MANAGER).get(f"/incidents/{bench.incident().reference}/people").text
    assert "Det är beslutat att allmänheten får besked" in page
    assert "Börja med listan" not in page


def test_the_chair_who_decides_does_not_sign_for_the_commission_too(world: World) -> None:
    from identity.models import UserRole

    with world.change() as session:
        user = session.merge(world.users["commissioner"])
        user.held_roles.append(UserRole(role=Role.MANAGER))
    world.users["commissioner"] = user
    bench = Bench(world).done("high")
    with pytest.raises(Invalid) as wrong:
        bench.decide("commissioner", departure_reason="Mottagaren har raderat allt.")
    assert list(wrong.value.fields) == ["separation_reason"]
    bench.decide("commissioner", departure_reason="Mottagaren har raderat allt.", separation_reason="Vi är bara fyra.")
    assert bench.last_decision().separation == ["chair"]
    assert bench.told("signature_wanted") == {"head"}
    with pytest.raises(Forbidden):
        answer(bench, "commissioner")
    answer(bench, Role.HEAD)
    assert bench.incident().state == "in_remedy"


def test_a_decision_the_chair_refuses_stays_without_force_and_another_is_made(world: World) -> None:
    bench = Bench(world).done("high")
    bench.decide(departure_reason="Mottagaren har raderat allt.")
    answer(bench, "commissioner", agree=False)
    assert bench.last_decision().refused_at == world.now
    bench.decide(inform_people="inform")
    assert (bench.last_decision().round, bench.incident().state) == (2, "in_remedy")


def test_in_advance_only_with_a_reason_and_when_less_than_a_day_is_left(world: World) -> None:
    bench = Bench(world)
    world.later(hours=49)
    bench.convene()
    with pytest.raises(Invalid) as wrong:
        bench.decide()
    assert list(wrong.value.fields) == ["early_reason"]
    bench.decide(early_reason="Tolv timmar kvar.")
    assert (bench.last_decision().in_advance, bench.incident().state) == (True, "decided")
    assert bench.last_decision().in_force_at == world.now


def early(world: World, **changes: str) -> Bench:
    bench = Bench(world)
    world.later(hours=49)
    bench.convene()
    bench.decide(early_reason="Tolv timmar kvar.", **changes)
    return bench


def test_the_commission_confirms_a_decision_in_advance_afterwards(world: World) -> None:
    bench = early(world)
    bench.vote("commissioner", "risk")
    assert bench.incident().state == "decided"
    bench.vote("per", "risk")
    assert bench.incident().state == "in_remedy"
    assert "decision:confirmed" in bench.log()
    assert bench.commission().state == "closed"
    with pytest.raises(AlreadyDecided):
        bench.decide()


def test_a_contradicted_decision_is_told_and_replaced(world: World) -> None:
    bench = early(world, notify_authority="no")
    assert bench.incident().authority_track == "not_required"
    for key in ("commissioner", "per"):
        bench.vote(key, "high")
    assert bench.incident().state == "decided"
    assert bench.told("decision_contradicted") == {"manager", "deputy", "head", "dpo"}
    bench.decide(inform_people="inform")
    incident = bench.incident()
    clock = incident.clock("notify_authority")
    assert clock is not None
    assert (incident.state, incident.authority_track, incident.people_track) == ("in_remedy", "draft", "preparing")
    assert (clock.stopped_at, clock.next_at is not None) == (None, True)


def test_what_was_to_replace_a_contradicted_decision_is_refused_and_that_one_waits_on(world: World) -> None:
    """The early decision stays in force, still contradicted, and a third one can be made."""
    bench = early(world, notify_authority="no")
    for key in ("commissioner", "per"):
        bench.vote(key, "high")
    bench.decide(departure_reason="Listan är krypterad.")
    answer(bench, "commissioner", agree=False)
    assert (bench.incident().state, bench.incident().authority_track) == ("decided", "not_required")
    bench.decide(inform_people="inform")
    assert (bench.last_decision().round, bench.incident().state) == (3, "in_remedy")


def test_of_two_who_decide_at_once_one_wins(world: World) -> None:
    bench = Bench(world).done()
    version, start = bench.version(), Barrier(2)

    def attempt(key: str) -> bool:
        start.wait()
        try:
            bench.decide(key, version=version)
        except AlreadyDecided:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(attempt, [Role.MANAGER, Role.HEAD]))
    assert sorted(won) == [False, True]
    with world.look() as session:
        assert len(session.scalars(select(Decision)).all()) == 1


def test_the_dpo_is_asked_and_answers_once_and_nothing_waits_for_it(world: World) -> None:
    bench = Bench(world).done()
    bench.decide()
    assert bench.told("opinion_asked") == {"dpo"}
    world.later(hours=2)
    form = OpinionForm(view=View.OBJECTS, text="Mottagaren är inte känd.")
    with world.change() as session:
        assessing.opine(session, world.actor(Role.DPO), session.scalars(select(Opinion)).one(), form, world.now)
    with pytest.raises(Conflict), world.change() as session:
        assessing.opine(session, world.actor(Role.DPO), session.scalars(select(Opinion)).one(), form, world.now)
    with world.look() as session:
        opinion = session.scalars(select(Opinion)).one()
    assert (opinion.view, opinion.answered_at) == ("objects", world.now)
    assert bench.incident().state == "in_remedy"


def test_a_dpo_who_is_involved_is_not_asked(world: World) -> None:
    bench = Bench(world)
    with world.change() as session:
        exclude(session, world.actor(Role.MANAGER), bench._incident(session), world.users["dpo"].id, "", world.now)
    bench.done().decide()
    assert bench.told("opinion_asked") == set()
    assert bench.told("quorum_reached") == {"manager", "deputy", "commissioner", "per"}
    with world.look() as session:
        assert session.scalar(select(Opinion)) is None


def test_a_notice_that_waits_for_release_is_taken_back_before_it_is_declared_unnecessary(world: World) -> None:
    bench = Bench(world).done("none")
    with world.change() as session:
        bench._incident(session).authority_track = "in_review"
    with pytest.raises(Conflict):
        bench.decide(notify_authority="no")
    assert bench.incident().state == "in_assessment"


def test_a_case_that_changed_meanwhile_is_looked_at_again(world: World) -> None:
    bench = Bench(world).done()
    stale = bench.version()
    with world.change() as session:
        bench._incident(session).title = "Ny titel"
    with pytest.raises(Conflict):
        bench.decide(version=stale)
