"""Findings: written, answered, given back and closed by whom it is theirs; who may not see the case sees none."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.access import Role
from core.audit import record
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid
from core.keys import CaseKey
from incidents.findings import keeping
from incidents.findings.keeping import FindingForm
from incidents.findings.models import Finding, FindingReply
from incidents.findings.rules import MOVES, Severity, State, move, overdue
from incidents.findings.sight import visible_findings
from incidents.models import Incident
from notifications.models import OutboxMessage
from notifications.opening import open_message
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.register.test_register import english, exclude

TEXT = "Beslutet saknar en hänvisning till punkt 8.1."
DONE = "Beslutet är kompletterat."


@given(st.sampled_from(State), st.sampled_from(sorted(MOVES)))
def test_a_finding_goes_only_where_the_table_leads(state: State, verb: str) -> None:
    begin, end = MOVES[verb]
    if state is begin:
        assert move(verb, state) is end
    else:
        with pytest.raises(Conflict):
            move(verb, state)


@given(st.sampled_from(State), st.dates(), st.integers(-3, 3))
def test_overdue_is_what_waits_after_its_day(state: State, due_on: date, days: int) -> None:
    if date.min + timedelta(days=3) <= due_on <= date.max - timedelta(days=3):
        assert overdue(state, due_on, due_on + timedelta(days=days)) == (state is State.OPEN and days > 0)


def written(world: World, owner: str = Role.MANAGER, **about: str) -> Finding:
    today = world.now.date()
    form = FindingForm(text=TEXT, severity=Severity.DEVIATION, owner=world.users[owner].id,
                       due_on=today + timedelta(days=7), **about)  # fmt: skip
    with world.change() as session:
        return keeping.write(session, world.actor(Role.AUDITOR), form, today, world.now)


def seen(world: World, role: str) -> set[str]:
    with world.look() as session:
        return {one.id for one in session.scalars(visible_findings(world.actor(role)))}


def mails(world: World) -> list[tuple[str, str, object]]:
    with world.look() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind.startswith("finding_")))
        found = [open_message(session, row) for row in rows.all()]
        return sorted((mail.kind, mail.to, dict(mail.facts)) for mail in found)


def test_it_goes_from_the_auditor_to_the_owner_and_back_and_all_of_it_is_logged(world: World) -> None:
    case = Case(world).take()
    finding = written(world, case=case.reference)
    auditor, manager = english(world, Role.AUDITOR), english(world, Role.MANAGER)
    assert TEXT in manager.get(finding.path).text
    assert auditor.post(f"{finding.path}/close", data={"text": ""}).status_code == 409
    assert manager.post(f"{finding.path}/answer", data={"text": ""}).status_code == 422
    assert manager.post(f"{finding.path}/answer", data={"text": DONE}).status_code == 303
    assert auditor.post(f"{finding.path}/return", data={"text": "Vilket datum?"}).status_code == 303
    assert manager.post(f"{finding.path}/answer", data={"text": "Den 3 november."}).status_code == 303
    assert auditor.post(f"{finding.path}/close", data={"text": ""}).status_code == 303
    text = auditor.get(finding.path).text
    for words in (DONE, "Vilket datum?", "Den 3 november.", "Closed"):
        assert words in text
    acts = [one for one in case.log() if one.startswith("finding:") and one != "finding:read"]
    assert acts == [f"finding:{one}" for one in ("written", "answered", "given_back", "answered", "closed")]
    assert case.now().version == Case.of(world, case.reference).now().version
    sent = mails(world)
    assert [kind for kind, _, _ in sent] == [
        "finding_answered", "finding_answered", "finding_given", "finding_given_back",
    ]  # fmt: skip
    assert case.reference not in str(sent)
    assert TEXT not in str(sent)


def test_nothing_of_the_text_lies_in_clear(small_world: World) -> None:
    case = Case(small_world)
    finding = written(small_world, case=case.reference)
    with small_world.look() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "finding:written")).all()
        assert TEXT not in finding.text_sealed
        assert all(b"8.1" not in entry.entry for entry in entries)
    with small_world.change() as session:
        session.get_one(CaseKey, finding.case_id).erased_at = small_world.now
    text = english(small_world, Role.AUDITOR).get(finding.path).text
    assert TEXT not in text
    assert "erased" in text


def test_who_is_involved_sees_no_trace_and_cannot_be_asked(world: World) -> None:
    case = Case(world).take()
    on_case, general = written(world, case=case.reference), written(world)
    with world.look() as session:
        seq = session.scalars(select(AuditEntry.seq).where(AuditEntry.action == "incident:taken")).one()
    on_entry = written(world, entry=str(seq))
    assert seen(world, Role.DPO) == {on_case.id, general.id, on_entry.id}
    exclude(world, Role.DPO, case)
    exclude(world, Role.MANAGER, case)
    assert seen(world, Role.DPO) == seen(world, Role.MANAGER) == {general.id}
    for role in (Role.DPO, Role.MANAGER):
        client = english(world, role)
        assert on_case.reference not in client.get("/findings").text
        assert client.get(on_case.path).status_code == client.get("/findings/x").status_code == 404
        assert on_case.reference not in client.get("/log").text
    assert english(world, Role.MANAGER).post(f"{on_case.path}/answer", data={"text": DONE}).status_code == 404
    with pytest.raises(Invalid) as wrong:
        written(world, Role.DPO, case=case.reference)
    assert set(wrong.value.fields) == {"owner"}
    choices = english(world, Role.AUDITOR).get(f"/findings/new?case={case.reference}").text
    assert "Disa Ombud" not in choices
    assert "Johan Lind" in choices
    assert "Disa Ombud" in english(world, Role.AUDITOR).get("/findings/new").text


def test_an_entry_about_a_person_brings_them_no_finding(small_world: World) -> None:
    case = Case(small_world)
    hidden = small_world.users[Role.DEPUTY].id
    with small_world.change() as session:
        record(session, small_world.actor(Role.HEAD), "countersign:proposed", case.reference, small_world.now,
               case=case.row(session).id, hidden_from=hidden)  # fmt: skip
    with small_world.look() as session:
        seq = session.scalars(select(AuditEntry.seq).where(AuditEntry.action == "countersign:proposed")).one()
    finding = written(small_world, entry=str(seq))
    english(small_world, Role.AUDITOR).get(finding.path)
    assert seen(small_world, Role.DEPUTY) == set()
    assert finding.reference not in english(small_world, Role.DEPUTY).get("/log").text
    assert finding.reference in english(small_world, Role.MANAGER).get("/log").text
    with pytest.raises(Invalid):
        written(small_world, Role.DEPUTY, entry=str(seq))


def test_an_owner_without_another_right_sees_their_own_and_no_other(small_world: World) -> None:
    mine, other = written(small_world, Role.CONTROL_OWNER), written(small_world)
    assert seen(small_world, Role.CONTROL_OWNER) == {mine.id}
    client = english(small_world, Role.CONTROL_OWNER)
    assert client.post(f"{mine.path}/answer", data={"text": DONE}).status_code == 303
    assert client.post(f"{other.path}/answer", data={"text": DONE}).status_code == 404
    assert client.get("/findings/new").status_code == 404
    assert english(small_world, Role.DPO).post(f"{other.path}/answer", data={"text": DONE}).status_code == 404


def test_overdue_is_said_in_words_and_filtered(small_world: World) -> None:
    late = written(small_world)
    small_world.later(days=9)
    fresh = written(small_world)
    text = english(small_world, Role.AUDITOR).get("/findings?state=overdue").text
    assert late.reference in text
    assert fresh.reference not in text
    assert 'data-level="late"' in text
    assert late.reference in english(small_world, Role.MANAGER).get("/findings?state=mine").text
    assert "No finding matches the filter." in english(small_world, Role.AUDITOR).get("/findings?state=closed").text


ODD = [{"case": "PUI-2026-0000"}, {"entry": "99999"}, {"entry": "x"}, {"due_on": "2020-01-01"}, {"due_on": "snart"},
       {"owner": ""}, {"severity": "awful"}, {"text": "kort"}]  # fmt: skip


@pytest.mark.parametrize("changes", ODD, ids=str)
def test_what_cannot_be_is_refused_with_everything_kept(small_world: World, changes: dict[str, str]) -> None:
    typed = {"text": TEXT, "severity": "remark", "owner": small_world.users[Role.HEAD].id, "due_on": "2026-12-01"}
    answer = english(small_world, Role.AUDITOR).post("/findings/new", data=typed | changes)
    assert answer.status_code == 422
    assert "Something needs correcting" in answer.text
    assert (changes.get("text") or TEXT) in answer.text
    with small_world.look() as session:
        assert session.scalars(select(Finding)).all() == []
        assert session.scalars(select(FindingReply)).all() == []


def test_a_finding_changes_nothing_of_the_case(small_world: World) -> None:
    case = Case(small_world).take()
    before = {column.key: getattr(case.now(), column.key) for column in Incident.__table__.columns}
    written(small_world, case=case.reference)
    assert {column.key: getattr(case.now(), column.key) for column in Incident.__table__.columns} == before
