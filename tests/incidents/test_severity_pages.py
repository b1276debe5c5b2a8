"""The page of the severity: a proposal that is never saved unseen, the sum written out, and what is sealed."""

import pytest
from sqlalchemy import select

from core.access import Role
from identity.models import UserRole
from incidents.classification import DataCategory
from incidents.severity_models import SeverityStatement
from tests.fixtures.world import World
from tests.incidents.bench import Bench
from tests.incidents.severity import stated, typed

SUM = "2 x 1 + 0,5 = 2,5, medelhög"


def prepared(world: World) -> Bench:
    bench = Bench(world)
    with world.change() as session:
        incident = bench._incident(session)
        incident.classified_at, incident.breach_types = world.now, ["confidentiality"]
        incident.data_categories = [DataCategory.HEALTH, DataCategory.PERSONAL_NUMBER]
        incident.people_min, incident.people_max, incident.cause_class = 20, 214, "intentional"
    return bench


def ticked(page: str, name: str, value: str) -> bool:
    return any(f'name="{name}" value="{value}" checked' in tag for tag in page.split("<input"))


def test_classification_and_report_are_proposed_and_nothing_is_saved_by_looking(world: World) -> None:
    bench = prepared(world)
    shown = world.client(Role.MANAGER).get(f"{bench.path}/severity").text
    for name, value in (("data_sensitive", "4"), ("data_simple", "1"), ("data_financial", "none"),
                        ("special_category", "yes"), ("malicious", "yes"), ("identifiability", "1"),
                        ("breach_types", "confidentiality"), ("integrity", "0"), ("recipient", "unknown")):  # fmt: skip
        assert ticked(shown, name, value), name
    assert 'value="214"' in shown
    assert "Inget sparas innan du gör det." in shown
    with world.look() as session:
        assert session.scalar(select(SeverityStatement)) is None


def test_what_nobody_said_is_asked_and_not_guessed(small_world: World) -> None:
    bench = Bench(small_world)
    with small_world.change() as session:
        incident = bench._incident(session)
        incident.classified_at, incident.breach_types = small_world.now, ["confidentiality", "availability"]
        incident.data_categories, incident.kind = [DataCategory.LOGIN], "hacked_malware"
    shown = small_world.client(Role.MANAGER).get(f"{bench.path}/severity").text
    for name in ("identifiability", "confidentiality", "availability"):
        assert f'name="{name}"' in shown
        assert not any(ticked(shown, name, value) for value in ("0", "0.25", "0.5", "0.75", "1")), name


def test_the_sum_the_duties_and_what_would_change_them_are_written_out(world: World) -> None:
    bench = prepared(world)
    client = world.client(Role.MANAGER)
    sent = typed(unintelligible="unknown", enables=["fraud"], people="101", identifiability="0.75")
    assert client.post(f"{bench.path}/severity", data=sent).status_code == 303
    shown = client.get(f"{bench.path}/severity").text
    for text in ("2 x 0,75 + 0,5 = 2, medelhög", "nära gränsen till ”låg”", "Fler än 100 personer är berörda.",
                 "R03", "R11", "Är det oläsligt för utomstående?", "Ett räknestöd, inget beslut"):  # fmt: skip
        assert text in shown, text
    english = world.client(Role.MANAGER)
    assert "2 x 0.75 + 0.5 = 2, medium" in english.get(f"{bench.path}/severity?lang=en").text


def test_a_change_keeps_the_version_before_visible(world: World) -> None:
    bench = prepared(world)
    stated(world, bench.reference)
    client = world.client(Role.MANAGER)
    refused = client.post(f"{bench.path}/severity", data=typed(version=1, malicious="yes"))
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.text
    sent = typed(version=1, malicious="yes", reason="Loggen visar ett intrång.")
    assert client.post(f"{bench.path}/severity", data=sent).status_code == 303
    shown = client.get(f"{bench.path}/severity").text
    assert f"<del>{SUM}</del>" in shown
    assert "Loggen visar ett intrång." in shown


def test_a_stale_form_loses_nothing_and_shows_what_stands(small_world: World) -> None:
    bench = prepared(small_world)
    stated(small_world, bench.reference)
    sent = typed(version=0, why_financial="Bara nummer, säger banken.")
    answer = small_world.client(Role.HEAD).post(f"{bench.path}/severity", data=sent)
    assert answer.status_code == 409
    assert "Bara nummer, säger banken." in answer.text
    assert SUM in answer.text


def test_a_step_without_its_reason_is_refused_and_everything_typed_is_kept(small_world: World) -> None:
    bench = prepared(small_world)
    sent = typed(why_financial="", people="många")
    answer = small_world.client(Role.MANAGER).post(f"{bench.path}/severity", data=sent)
    assert answer.status_code == 422
    assert 'value="många"' in answer.text


def test_who_watches_reads_and_does_not_state(small_world: World) -> None:
    bench = prepared(small_world)
    dpo = small_world.client(Role.DPO)
    assert "Ingen har angett fakta i ärendet än." in dpo.get(f"{bench.path}/severity").text
    assert dpo.post(f"{bench.path}/severity", data=typed()).status_code == 404
    stated(small_world, bench.reference)
    shown = dpo.get(f"{bench.path}/severity").text
    assert SUM in shown
    assert 'name="data_simple"' not in shown


@pytest.mark.parametrize("where", ["", "/severity", "/commission", "/commission/assess", "/decision", "/log"])
def test_a_member_who_has_not_answered_finds_no_trace_of_the_proposal(world: World, where: str) -> None:
    """Also when the member watches over cases by another role, and could open the log."""
    bench = prepared(world)
    with world.change() as session:
        session.merge(world.users["per"]).held_roles.append(UserRole(role=Role.DPO))
    stated(world, bench.reference)
    bench.convene()
    member = world.client("per")
    shown = member.get(bench.path + where).text
    for trace in ("2,5", "medelhög", "Bara kontonummer", "angav fakta"):
        assert trace not in shown, (where, trace)
    assert "Angav fakta" not in member.get("/log").text.partition("<tbody")[2], "the filter names every action"
    assert member.post(f"{bench.path}/severity", data=typed(version=1)).status_code in {404, 409}
    bench.vote("per", "risk")
    assert SUM in member.get(f"{bench.path}/severity").text
