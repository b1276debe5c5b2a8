"""The pages of commission and decision: sealed answers are not in the page at all, errors keep what was typed."""

import re

import pytest

from core.access import Role
from incidents.causes import CAUSES
from incidents.involvement import exclude
from incidents.reported import seal_report
from tests.fixtures.world import World
from tests.incidents.bench import PASSWORD, RATIONALE, Bench, assessment, decision
from tests.incidents.reporting import STORY

SECRET = "Bara Sara vet att lådan delas av tre."


def test_the_panel_is_set_and_says_what_is_missing(small_world: World) -> None:
    client = small_world.client(Role.HEAD)
    assert "Välj en ordförande." in client.get("/settings/panels/standing").text
    answer = client.post("/settings/panels/standing", data={"chair": small_world.users["commissioner"].id})
    assert answer.status_code == 422
    assert "Välj minst två ledamöter" in answer.text
    bench = Bench(small_world)
    wrong = bench.seats() | {"member_2": bench.seats()["member_1"]}
    assert "Varje person kan bara ha en plats." in client.post("/settings/panels/standing", data=wrong).text
    assert client.post("/settings/panels/standing", data=bench.seats()).status_code == 303


def test_the_panel_takes_only_people_with_the_role(small_world: World) -> None:
    bench = Bench(small_world)
    wrong = bench.seats() | {"member_1": small_world.users[Role.AUDITOR].id}
    assert small_world.client(Role.MANAGER).post("/settings/panels/standing", data=wrong).status_code == 422


def test_calling_takes_one_press(world: World) -> None:
    bench = Bench(world)
    client = world.client(Role.MANAGER)
    shown = client.get(f"{bench.path}/commission").text
    assert all(name in shown for name in ("Sara Holm", "Per Nyström", "Leila Haddad", "2026-11-23"))
    fields = dict(re.findall(r'name="(version|due_at_date|due_at_time)"[^>]*value="([^"]*)"', shown))
    assert client.post(f"{bench.path}/commission", data=bench.seats() | fields).status_code == 303
    assert bench.incident().state == "in_assessment"


def test_a_time_that_has_passed_is_refused_and_everything_typed_is_kept(small_world: World) -> None:
    bench = Bench(small_world)
    form = bench.seats() | {"version": bench.version(), "due_at_date": "2026-11-20", "due_at_time": "10:00"}
    answer = small_world.client(Role.MANAGER).post(f"{bench.path}/commission", data=form)
    assert answer.status_code == 422
    assert "Välj en tid som inte har passerat." in answer.text
    assert 'value="2026-11-20"' in answer.text


def test_a_person_involved_is_not_offered_and_the_substitute_is_proposed(small_world: World) -> None:
    bench = Bench(small_world)
    with small_world.change() as session:
        incident = bench._incident(session)
        exclude(session, small_world.actor(Role.MANAGER), incident, small_world.users["per"].id, "", small_world.now)
    shown = small_world.client(Role.MANAGER).get(f"{bench.path}/commission").text
    assert ">Per Nyström</option>" not in shown
    assert "Per Nyström är inblandad i ärendet." in shown
    assert 'Kim Öst<span class="muted">, ledamot (träder in)' in shown


@pytest.mark.parametrize("where", ["", "/commission", "/commission/assess", "/decision"])
def test_who_has_not_answered_gets_no_trace_of_the_others_answers(world: World, where: str) -> None:
    bench = Bench(world)
    bench.convene()
    for key in ("commissioner", "per"):
        bench.vote(key, "high", rationale=SECRET)
    answer = world.client("leila").get(bench.path + where)
    assert answer.status_code == 200
    for trace in (SECRET, "kommissionen ser", "ser en hög risk", "hög risk: 2", 'class="vote"', "vote-none"):
        assert trace not in answer.text
    bench.vote("leila", "none")
    assert SECRET in world.client("leila").get(f"{bench.path}/commission").text


def test_nobody_sees_answers_before_the_quorum(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    bench.vote("per", "high", rationale=SECRET)
    for key in (Role.MANAGER, Role.DPO, Role.AUDITOR, "commissioner"):
        assert SECRET not in small_world.client(key).get(f"{bench.path}/commission").text
    assert SECRET in small_world.client("per").get(f"{bench.path}/commission/assess").text


def test_an_unfinished_assessment_keeps_what_was_written(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    typed = assessment() | {"rationale": "för kort", "impact_level": ""}
    answer = small_world.client("per").post(f"{bench.path}/commission/assess", data=typed)
    assert answer.status_code == 422
    assert "för kort" in answer.text
    assert 'href="#impact_level"' in answer.text


def test_no_answer_is_chosen_for_the_member(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    member = small_world.client("per")
    assert " checked" not in member.get(f"{bench.path}/commission/assess").text
    typed = {name: value for name, value in assessment().items() if name != "people_vulnerable"}
    answer = member.post(f"{bench.path}/commission/assess", data=typed)
    assert answer.status_code == 422
    assert 'href="#people_vulnerable"' in answer.text


def test_the_member_reads_the_report_word_for_word_and_the_cause(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    with small_world.change() as session:
        bench._incident(session).cause_code = "accidental.misrouting"
    text = small_world.client("per").get(f"{bench.path}/commission/assess").text
    assert STORY in text
    assert CAUSES["accidental.misrouting"].label.sv in text
    assert "Visa personnumren" not in text


def test_personal_numbers_in_the_report_are_shown_when_asked_and_the_showing_is_logged(world: World) -> None:
    bench, number = Bench(world), "19121212-1212"
    bench.convene()
    with world.change() as session:
        seal_report(session, bench._incident(session), f"Kontoret mejlade {number} till fel företag.", {})
    member, words = world.client("per"), f"{bench.path}/commission/words"
    hidden = member.get(f"{bench.path}/commission/assess").text
    assert number not in hidden
    assert "[personnummer dolt]" in hidden
    shown = member.post(words, data={"rationale": "Halvskriven"}).text
    assert number in shown
    assert "Halvskriven" in shown
    assert "incident:narrative_shown" in bench.log()
    assert world.client(Role.DPO).post(words).status_code == 404
    assert world.client("kim").post(words).status_code == 404
    assert member.get(words).headers["location"] == f"{bench.path}/commission/assess"


def test_assessing_and_stepping_aside_over_http(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    member, other = world.client("per"), world.client("leila")
    assert member.post(f"{bench.path}/commission/assess", data=assessment()).status_code == 303
    assert "Din bedömning är lämnad" in member.get(f"{bench.path}/commission/assess").text
    assert member.post(f"{bench.path}/commission/assess", data=assessment()).status_code == 409
    assert other.post(f"{bench.path}/commission/recuse", data={"reason": "Min bror."}).status_code == 303
    assert other.get(f"{bench.path}/commission").status_code == 404
    assert world.client("kim").get(f"{bench.path}/commission/assess").status_code == 200


def test_the_decision_over_http(world: World) -> None:
    bench = Bench(world).done()
    client = world.client(Role.MANAGER)
    assert "Kommissionen ser en risk" in client.get(f"{bench.path}/decision").text
    form = decision(version=bench.version())
    wrong = client.post(f"{bench.path}/decision", data=form | {"password": "fel"})
    assert wrong.status_code == 422
    assert PASSWORD not in wrong.text
    assert client.post(f"{bench.path}/decision", data=form).status_code == 303
    shown = client.get(f"{bench.path}/decision").text
    assert "Beslutet är undertecknat och gäller" in shown
    assert "Anna Berg" in shown


def test_the_second_of_two_deciders_sees_both_versions(world: World) -> None:
    bench = Bench(world).done()
    form = decision(version=bench.version())
    first, second = world.client(Role.MANAGER), world.client(Role.HEAD)
    assert first.post(f"{bench.path}/decision", data=form).status_code == 303
    mine = form | {"notify_authority": "no", "reasons": "Min egen motivering."}
    answer = second.post(f"{bench.path}/decision", data=mine)
    assert answer.status_code == 409
    assert "Min egen motivering." in answer.text
    assert "Uppgifterna räcker för bedrägeri." in answer.text


def test_departing_over_http_waits_and_the_chair_is_shown_the_way(small_world: World) -> None:
    bench = Bench(small_world).done("high")
    form = decision(version=bench.version())
    client = small_world.client(Role.MANAGER)
    assert "går emot kommissionen" in client.post(f"{bench.path}/decision", data=form).text
    form["departure_reason"] = "Mottagaren har raderat allt."
    assert client.post(f"{bench.path}/decision", data=form).status_code == 303
    assert "väntar på ordförandens underskrift" in client.get(f"{bench.path}/decision").text
    assert f"{bench.path}/sign/" in small_world.client("commissioner").get(f"{bench.path}/decision").text
    assert f"{bench.path}/sign/" not in client.get(f"{bench.path}/decision").text


def test_the_chair_signs_the_departure_on_the_page_of_signatures(small_world: World) -> None:
    bench = Bench(small_world).done("high")
    bench.decide(departure_reason="Mottagaren har raderat allt.")
    chair = small_world.client("commissioner")
    where = re.findall(r'href="([^"]*/sign/[^"]*)"', chair.get(f"{bench.path}/decision").text)[0]
    shown = chair.get(where).text
    assert "Mottagaren har raderat allt." in shown
    assert "Hög risk" in shown
    assert chair.post(where, data={"answer": "sign", "password": PASSWORD}).status_code == 303
    assert bench.incident().state == "in_remedy"


def test_the_dpo_gives_an_opinion_and_the_decider_reads_it(small_world: World) -> None:
    bench = Bench(small_world).done()
    bench.decide()
    dpo = small_world.client(Role.DPO)
    shown = dpo.get(f"{bench.path}/decision/opinion").text
    opinion = re.findall(r'name="opinion" value="([^"]*)"', shown)[0]
    assert dpo.post(f"{bench.path}/decision/opinion", data={"opinion": opinion}).status_code == 422
    told = {"opinion": opinion, "view": "objects", "text": "Mottagaren är inte känd."}
    assert dpo.post(f"{bench.path}/decision/opinion", data=told).status_code == 303
    shown = small_world.client(Role.MANAGER).get(f"{bench.path}/decision").text
    assert "Mottagaren är inte känd." in shown
    assert dpo.post(f"{bench.path}/decision/opinion", data=told).status_code == 409


def test_an_opinion_of_another_case_is_not_found(small_world: World) -> None:
    bench = Bench(small_world).done()
    bench.decide()
    other = Bench(small_world, "1f8fad5b-d9cb-469f-a165-70867728950e")
    shown = small_world.client(Role.DPO).get(f"{bench.path}/decision/opinion").text
    opinion = re.findall(r'name="opinion" value="([^"]*)"', shown)[0]
    told = {"opinion": opinion, "view": "agrees", "text": "Ja, så är det."}
    assert small_world.client(Role.DPO).post(f"{other.path}/decision/opinion", data=told).status_code == 404


def test_taking_the_case_back_ends_the_round_and_another_can_be_called(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    bench.vote("per", "risk")
    client = world.client(Role.MANAGER)
    form = {"version": bench.version(), "recall_reason": "Nya uppgifter om mottagaren."}
    assert client.post(f"{bench.path}/commission/recall", data=form).status_code == 303
    assert bench.incident().state == "under_review"
    bench.convene()
    assert bench.commission().round == 2


def test_who_has_no_seat_finds_nothing(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    for where in ("/commission", "/commission/assess", "/decision"):
        assert small_world.client("kim").get(bench.path + where).status_code == 404
        assert small_world.client(Role.EMPLOYEE).get(bench.path + where).status_code == 404


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_mail_of_the_commission_is_short_and_says_nothing_of_the_case(small_world: World, lang: str) -> None:
    bench = Bench(small_world)
    bench.convene(secretary=small_world.users[Role.AUDITOR].id)
    for key, vote in (("per", "high"), ("leila", "none")):
        bench.vote(key, vote)
    bench.decide(inform_people="inform")
    mails = bench.mails(lang)
    assert {"convened", "secretary_called", "quorum_reached", "opinion_asked"} <= set(mails)
    for kind in ("convened", "secretary_called", "quorum_reached", "opinion_asked"):
        subject, text = mails[kind]
        assert len(subject) <= 50
        assert subject.endswith(bench.reference)
        assert f"{small_world.settings.base_url}{bench.path}" in text
        assert "Kundlista" not in text
        assert RATIONALE not in text
