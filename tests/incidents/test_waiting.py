"""What a case waits for is said to each person: who signs, when letters leave, what the DPO is asked."""

import re
from datetime import timedelta

import pytest

from core.access import Role
from core.errors import Conflict
from incidents.assessing.convening import ConveneForm
from incidents.assessing.reconvening import reconvene
from incidents.awareness import set_aware
from incidents.case_facts import gather
from incidents.ending import close, dismiss
from incidents.next_step import NextStep, next_step
from incidents.opinions import OpinionForm, View, open_opinions, opine, opinions_of
from incidents.queue import listed
from incidents.queue_filters import Filter
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import START, World
from tests.incidents.bench import Bench
from tests.incidents.cases import Case, learnt
from tests.incidents.letters import letters_of
from tests.incidents.test_ending_cases import in_remedy


def step_for(case: Case | Bench, key: str) -> NextStep:
    world = case.world
    with world.look() as session:
        incident = case.row(session) if isinstance(case, Case) else case._incident(session)
        return next_step(gather(session, world.actor(key), incident, world.now).facts)


def waiting_for(world: World, key: str) -> list[str]:
    with world.look() as session:
        found = listed(session, world.actor(key), Filter.MINE, "", None, world.now)
        return [one.reference for one in found.incidents]


def closing(world: World) -> Case:
    case = in_remedy(world)
    case.do(learnt, Role.MANAGER, "Dubbelkolla adressen.")
    case.do(close, Role.MANAGER, "")
    return case


def test_closing_that_waits_names_the_signer_and_asks_the_signer_to_sign(world: World) -> None:
    case = closing(world)
    steps = {key: step_for(case, key) for key in (Role.MANAGER, Role.DEPUTY, Role.HEAD)}
    assert steps == {"manager": NextStep.AWAIT_SIGNATURE, "deputy": NextStep.AWAIT_SIGNATURE, "head": NextStep.SIGN}
    case.sign(Role.HEAD, agree=False)
    assert {step_for(case, key) for key in (Role.MANAGER, Role.HEAD)} == {NextStep.CLOSE}


def test_the_pages_say_whose_signature_is_missing(small_world: World) -> None:
    case = closing(small_world)
    manager, head = small_world.client(Role.MANAGER), small_world.client(Role.HEAD)
    for page in (manager.get(case.path).text, manager.get("/incidents").text, manager.get(f"{case.path}/close").text):
        assert "Väntar på underskrift av Harald Huvud" in page
    assert "Läs och skriv under" not in manager.get(case.path).text
    for page in (head.get(case.path).text, head.get("/incidents").text):
        assert "Skriv under eller neka" in page
        assert f"{case.path}/sign/" in page


def test_the_hold_says_when_the_letters_leave_and_that_they_can_be_stopped(
    small_world: World, postbox: Postbox
) -> None:
    letters = letters_of(small_world, postbox).prepared()
    letters.approve()
    for track in ("none_yet", "complete"):
        with letters.case() as (_, incident):
            incident.authority_track = track
        shown = small_world.client(Role.MANAGER).get("/incidents/PUI-2026-7K3Q").text
        assert shown.count("Breven är godkända och går sön 22 nov 2026 14:15 CET. Till dess kan de stoppas.") == 1
        assert "Se eller stoppa breven" in shown
        assert "Breven är på väg" not in shown


def test_the_dpo_who_is_asked_has_it_in_the_queue_and_on_the_case(world: World) -> None:
    bench = Bench(world).done("risk")
    assert waiting_for(world, Role.DPO) == []
    bench.decide()
    assert step_for(bench, Role.DPO) is NextStep.OPINE
    assert step_for(bench, Role.MANAGER) is not NextStep.OPINE
    assert waiting_for(world, Role.DPO) == [bench.reference]
    answer(bench, View.AGREES)
    assert step_for(bench, Role.DPO) is not NextStep.OPINE
    assert waiting_for(world, Role.DPO) == []


def answer(case: Case | Bench, view: View) -> None:
    world = case.world
    with world.change() as session:
        incident = case.row(session) if isinstance(case, Case) else case._incident(session)
        [opinion] = open_opinions(session, [incident.id])
        opine(session, world.actor(Role.DPO), opinion, OpinionForm(view=view, text="Filen hade namn."), world.now)


def later_awareness(world: World) -> Case:
    case = Case(world).take()
    world.later(hours=20)
    case.do(set_aware, Role.MANAGER, START + timedelta(hours=9), "Utredningen blev klar då.")
    return case


def dismissal(world: World) -> Case:
    case = Case(world).take()
    case.do(dismiss, Role.MANAGER, "Inga personuppgifter fanns i filen.")
    return case


@pytest.mark.parametrize(
    ("propose", "about", "mail"),
    [(later_awareness, "aware_at", "aware_moved"), (dismissal, "dismissal", "dismissal_proposed")],
)
def test_the_dpo_objects_to_a_proposal_with_one_mail_and_nothing_waits_for_it(
    world: World, propose: object, about: str, mail: str
) -> None:
    case = propose(world)  # type: ignore[operator]
    assert (case.told(mail), case.told("opinion_asked")) == (["dpo"], [])
    assert step_for(case, Role.DPO) is NextStep.OPINE
    answer(case, View.OBJECTS)
    with world.look() as session:
        [kept] = opinions_of(session, case.row(session))
        assert (kept.about, kept.view, kept.answered_by) == (about, "objects", world.users[Role.DPO].id)
    case.sign(Role.HEAD)  # an opinion, never a needed signature


def test_a_signature_does_not_wait_for_the_dpo(world: World) -> None:
    case = dismissal(world)
    case.sign(Role.HEAD)
    assert case.now().state == "not_an_incident"
    answer(case, View.OBJECTS)


def test_a_refused_proposal_leaves_the_dpo_nothing_to_answer(world: World) -> None:
    case = dismissal(world)
    case.sign(Role.HEAD, agree=False)
    assert step_for(case, Role.DPO) is not NextStep.OPINE
    assert waiting_for(world, Role.DPO) == []
    with world.look() as session:
        [opinion] = opinions_of(session, case.row(session))
    form, dpo = OpinionForm(view=View.AGREES, text="Gärna."), world.actor(Role.DPO)
    with world.change() as session:
        kept = session.merge(opinion)
        with pytest.raises(Conflict):
            opine(session, dpo, kept, form, world.now)


def test_the_second_person_reads_the_dpos_objection_beside_the_proposal(small_world: World) -> None:
    case = dismissal(small_world)
    dpo, head = small_world.client(Role.DPO), small_world.client(Role.HEAD)
    shown = dpo.get(f"{case.path}/decision/opinion").text
    assert "Inga personuppgifter fanns i filen." in shown
    [asked] = re.findall(r'name="opinion" value="([^"]+)"', shown)
    form = {"opinion": asked, "view": "objects", "text": "Filen hade namn och adress."}
    assert dpo.post(f"{case.path}/decision/opinion", data=form).headers["location"] == case.path
    [href] = set(re.findall(rf'href="({case.path}/sign/[^"]+)"', head.get(case.path).text))
    assert "Filen hade namn och adress." in head.get(href).text


def stuck(world: World) -> Bench:
    """Decided in advance; then so many step aside that nobody can confirm it."""
    bench = Bench(world)
    world.later(hours=49)
    bench.convene()
    bench.decide(early_reason="Tolv timmar kvar.", inform_people="inform")
    for key in ("per", "leila"):
        bench.recuse(key)
    assert step_for(bench, Role.MANAGER) is NextStep.PREPARE_NOTICE
    bench.recuse("kim")
    with world.change() as session:
        bench._incident(session).authority_track = "supplement_expected"
    return bench


def call_others(bench: Bench) -> None:
    world = bench.world
    for key in ("ylva", "olle"):
        world.user(Role.COMMISSIONER, key.title(), key)
    users = world.users
    with world.change() as session:
        incident = bench._incident(session)
        form = ConveneForm(version=incident.version, chair=users["commissioner"].id, member_1=users["ylva"].id,
                           member_2=users["olle"].id)  # fmt: skip
        reconvene(session, world.actor(Role.MANAGER), incident, form, world.now)


@pytest.mark.parametrize(
    ("vote", "state", "seen"), [("high", "in_remedy", "confirmed"), ("none", "decided", "contradicted")]
)
def test_others_confirm_a_decision_made_in_advance_when_the_quorum_is_lost(
    world: World, vote: str, state: str, seen: str
) -> None:
    bench = stuck(world)
    assert step_for(bench, Role.MANAGER) is NextStep.RECONVENE
    call_others(bench)
    assert (bench.incident().state, bench.commission().round, bench.last_decision().round) == ("decided", 2, 1)
    for key in ("commissioner", "ylva"):
        bench.vote(key, vote)
    assert bench.incident().state == state
    assert f"decision:{seen}" in bench.log()


def test_others_are_not_called_while_the_commission_can_still_answer(world: World) -> None:
    bench = Bench(world)
    world.later(hours=49)
    bench.convene()
    bench.decide(early_reason="Tolv timmar kvar.")
    with pytest.raises(Conflict):
        call_others(bench)


def test_the_commission_page_leads_to_others(small_world: World) -> None:
    bench = stuck(small_world)
    manager, chair = small_world.client(Role.MANAGER), small_world.client("commissioner")
    assert "Kalla andra till kommissionen" in manager.get(bench.path).text
    shown = manager.get(f"{bench.path}/commission").text
    assert "Kommissionen kan inte längre bli beslutför" in shown
    assert 'name="member_1"' in shown
    assert "Kommissionen kan inte längre bli beslutför" in chair.get(f"{bench.path}/commission").text
    small_world.user(Role.COMMISSIONER, "Ylva Ny", "ylva")
    seats = {"chair": small_world.users["commissioner"].id, "member_1": small_world.users["ylva"].id}
    form = seats | {"version": str(bench.version())}
    assert manager.post(f"{bench.path}/commission", data=form).status_code == 303
    assert bench.commission().round == 2
