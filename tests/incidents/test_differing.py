"""A verdict beside score and proposal (R03, R04, R19, R21 to R23): where it differs it says why, or is refused."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from core.access import Role
from core.errors import Conflict, Invalid
from identity.models import UserRole
from incidents.assessing.confirming import Inform
from incidents.assessing.departing import reasons_of, shows
from incidents.assessing.differing import Differs, differs
from incidents.commission_models import Decision
from incidents.countersigning import sign_path, waiting
from risk.duties import duties
from risk.facts import Breach, Copy, Enables, Facts, Recipient, Returned, Taken, Unreadable
from risk.severity import Category, Circumstances, DataKind
from tests.fixtures.world import World
from tests.incidents.bench import PASSWORD, Bench
from tests.incidents.bench import decision as decision_form
from tests.incidents.severity import stated

SCORE, PROPOSAL = Differs.SCORE, Differs.PROPOSAL
LOW = Facts(
    breach_types=frozenset({Breach.CONFIDENTIALITY}), data=(DataKind(Category.SIMPLE),), identifiability=Fraction(1),
    circumstances=Circumstances(confidentiality=Fraction(1, 4)), people=20, unintelligible=Unreadable.NO,
    copy_available=Copy.YES, exfiltrated=Taken.NO, recipient=Recipient.KNOWN, returned_or_destroyed=Returned.NO,
    enables=frozenset({Enables.LOSS_OF_CONTROL}),
)  # fmt: skip
RISKY = replace(LOW, enables=frozenset({Enables.FRAUD}))  # the score stays low, the law asks for a notice
HIGH = replace(LOW, data=(DataKind(Category.SENSITIVE),), special_category=True, recipient=Recipient.UNKNOWN)


@pytest.mark.parametrize(
    ("facts", "notify", "inform", "ground", "expected"),
    [
        (LOW, False, Inform.NOT, "33(1)", ()),
        (LOW, True, Inform.NOT, "33(1)", (SCORE, PROPOSAL)),
        (LOW, False, Inform.LATER, "33(1)", ()),
        (RISKY, True, Inform.NOT, "33(1)", (SCORE,)),
        (RISKY, False, Inform.NOT, "33(1)", (PROPOSAL,)),
        (HIGH, True, Inform.INFORM, "34(1)", ()),
        (HIGH, True, Inform.LATER, "33(1)", ()),
        (HIGH, True, Inform.NOT, "34(3)(a)", (SCORE, PROPOSAL)),
        (HIGH, True, Inform.NOT, "34(3)(c)", (PROPOSAL,)),
        (replace(HIGH, subsequent_measures=True), True, Inform.NOT, "34(3)(b)", (SCORE,)),
        (replace(HIGH, disproportionate_effort=True), True, Inform.NOT, "34(3)(c)", ()),
        (replace(HIGH, disproportionate_effort=True), True, Inform.INFORM, "34(1)", (PROPOSAL,)),
    ],
)
def test_where_a_verdict_leaves_score_and_proposal(
    facts: Facts, notify: bool, inform: Inform, ground: str, expected: tuple[Differs, ...]
) -> None:
    assert differs(duties(facts), notify, inform, ground) == expected


def reasons(world: World, decision: Decision) -> dict[str, str]:
    with world.look() as session:
        return reasons_of(session, decision)


def test_a_verdict_beside_the_proposal_needs_its_reason_and_keeps_it(world: World) -> None:
    bench = Bench(world)
    row = stated(world, bench.reference)
    bench.done("none")
    with pytest.raises(Invalid) as wrong:
        bench.decide(notify_authority="no", facts_version=1)
    assert list(wrong.value.fields) == ["score_reason"]
    bench.decide(notify_authority="no", facts_version=1, score_reason="Numren står redan i årsredovisningen.")
    decision = bench.last_decision()
    assert (decision.statement_id, decision.differs) == (row.id, ["score", "proposal"])
    assert reasons(world, decision)["score"] == "Numren står redan i årsredovisningen."


def test_a_verdict_as_proposed_needs_no_further_reason(world: World) -> None:
    bench = Bench(world)
    stated(world, bench.reference)
    bench.done("risk").decide(facts_version=1, score_reason="Ingen fråga, ingen text.")
    assert bench.last_decision().differs == []
    assert reasons(world, bench.last_decision())["score"] == ""


def test_facts_stated_anew_while_one_decides_are_read_first(world: World) -> None:
    bench = Bench(world)
    stated(world, bench.reference)
    bench.done("risk")
    stated(world, bench.reference, version=1, people="4000", reason="Listan var längre.")
    with pytest.raises(Conflict):
        bench.decide(facts_version=1)
    bench.decide(facts_version=2)


def test_whoever_reported_and_decides_says_why_one_person_holds_both(world: World) -> None:
    bench = Bench(world)
    with world.change() as session:
        bench._incident(session).reporter_id = world.users[Role.MANAGER].id
    bench.done("risk")
    with pytest.raises(Invalid) as wrong:
        bench.decide()
    assert list(wrong.value.fields) == ["separation_reason"]
    bench.decide(separation_reason="Vi är tre på kontoret.")
    assert bench.last_decision().separation == ["reporter"]


def test_the_chair_reads_what_the_departing_decision_is_measured_by(small_world: World) -> None:
    bench = Bench(small_world)
    stated(small_world, bench.reference)
    bench.done("none").decide(departure_reason="Numren är nya.", facts_version=1)
    with small_world.look() as session:
        decision = bench.last_decision()
        rows = dict(shows(session, bench._incident(session), {"decision": decision.id}, "sv", "Europe/Stockholm"))
    assert rows["Allvarlighetsgrad"] == "2 x 1 + 0,5 = 2,5, medelhög"
    assert rows["Varför beslutet går emot kommissionen"] == "Numren är nya."


def page(bench: Bench, key: str = Role.MANAGER) -> str:
    return bench.world.client(key).get(f"{bench.path}/decision").text


def test_the_page_shows_sum_duties_and_why_the_ticked_answer_differs(world: World) -> None:
    bench = Bench(world)
    stated(world, bench.reference)
    shown = page(bench.done("none"))
    for text in ("2 x 1 + 0,5 = 2,5, medelhög", "Vad lagen kräver", "Det avviker från vad summan ensam talar för.",
                 'name="facts_version" value="1"'):  # fmt: skip
        assert text in shown, text
    answer = world.client(Role.MANAGER).post(f"{bench.path}/decision", data=sent(bench, notify_authority="no"))
    assert answer.status_code == 422
    assert 'href="#score_reason"' in answer.text
    done = sent(bench, notify_authority="no", score_reason="Numren är redan offentliga.")
    assert world.client(Role.MANAGER).post(f"{bench.path}/decision", data=done).status_code == 303
    signed = page(bench)
    for text in (
        "version 1 av fakta",
        "Anmäl till myndigheten: Ja",
        "summan, förslaget",
        "Numren är redan offentliga.",
    ):
        assert text in signed, text
    stated(world, bench.reference, version=1, people="4000", reason="Listan var längre.")
    assert "Fakta angavs på nytt efter beslutet" in page(bench)


def sent(bench: Bench, **changes: Any) -> dict[str, Any]:
    return decision_form(version=bench.version(), facts_version=1, password=PASSWORD, **changes)


def test_without_facts_the_page_says_so_and_nothing_is_owed_for_it(small_world: World) -> None:
    bench = Bench(small_world).done("risk")
    shown = page(bench)
    assert "Ingen allvarlighetsgrad än" in shown
    assert 'name="score_reason"' not in shown
    bench.decide(facts_version=0)
    assert "Ingen hade angett fakta." in page(bench)


def test_the_policy_default_is_ticked_with_its_reason_when_the_quorum_is_missing(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    assert "Skriv under beslutet" not in page(bench)
    with small_world.change() as session:
        bench._both(session)[1].proposed_at = small_world.now
    shown = page(bench)
    assert "Kommissionen är inte beslutför och fristen är nära" in shown
    assert 'name="notify_authority" value="yes" checked' in shown
    assert "Enligt vår regel anmäler vi då." in shown
    bench.decide(inform_people="later", ground=None, early_reason="Enligt vår regel.", facts_version=0)
    assert bench.last_decision().in_advance


def test_a_chair_who_did_not_answer_in_time_still_reads_what_is_to_be_signed(small_world: World) -> None:
    """Once a decision is signed no answer counts any more, so nothing is left to be anchored."""
    bench = Bench(small_world)
    stated(small_world, bench.reference)
    bench.convene()
    for key in ("per", "leila"):
        bench.vote(key, "none")
    assert "2,5" not in page(bench, "commissioner")
    bench.decide(departure_reason="Numren är nya.", facts_version=1)
    with small_world.look() as session:
        path = sign_path(bench._incident(session), waiting(session, bench._incident(session))[0])
    assert "2 x 1 + 0,5 = 2,5" in small_world.client("commissioner").get(path).text
    assert path in page(bench, "commissioner")


def test_whoever_is_in_reserve_sees_neither_proposal_nor_decision_before_the_round_ends(small_world: World) -> None:
    bench = Bench(small_world)
    with small_world.change() as session:
        session.merge(small_world.users["kim"]).held_roles.append(UserRole(role=Role.DPO))
    stated(small_world, bench.reference)
    small_world.later(hours=49)
    bench.convene()
    assert "Du kan fortfarande kallas till kommissionen." in page(bench, "kim")
    bench.decide(early_reason="Tolv timmar kvar.", facts_version=1)
    assert "2,5" in page(bench)
    assert "2,5" not in page(bench, "kim")
    for key in ("commissioner", "per"):
        bench.vote(key, "risk")
    assert "2,5" in page(bench, "kim")
