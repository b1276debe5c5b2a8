"""A control that the company adds itself is asked for, reminded of and shown like one of the catalogue."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid
from risk.controls import own
from risk.controls.cards import CONTROLS, Group
from risk.controls.clauses import CLAUSES, RULES
from risk.models import OWN, Control
from risk.queries import adopted
from risk.service import adopt
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.risk.register.risks import make, pages

CLEAN_DESK = {
    "title": "Rena skrivbord",
    "todo": "Gå en runda efter arbetstid.",
    "why": "Papper som ligger framme läses av städare och besökare.",
    "proof": "En rad om varje rum.",
    "questions": "Vilka rum?\nVad låg framme?\nVilka rum?",
    "group": "administration",
    "interval_days": "30",
    "grace_days": "5",
}


def added(world: World, **other: str) -> str:
    with world.change() as session:
        form = own.OwnForm.model_validate(CLEAN_DESK | other)
        return own.add(session, world.actor(Role.MANAGER), form, world.now).code


def test_it_has_a_card_of_its_own_and_is_due_within_a_month(world: World) -> None:
    code = added(world)
    with world.look() as session:
        control = session.get_one(Control, code)
        assert control.is_own
        assert control.card.title.in_("sv") == control.card.title.in_("en") == "Rena skrivbord"
        assert [(question.code, question.text.sv) for question in control.card.question] == [
            ("q_a", "Vilka rum?"),
            ("q_b", "Vad låg framme?"),
        ]
        assert control.card.group is Group.ADMINISTRATION
        assert control.next_due_at.date() == world.now.date() + timedelta(days=30)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "control:added")).one()
        assert b"Rena skrivbord" not in entry.entry


def test_it_stands_under_its_rule_or_else_after_the_rules(world: World) -> None:
    with world.change() as session:
        adopt(session, world.now)
    with_rule, without = added(world, clause="3.7"), added(world)
    with world.look() as session:
        codes = [control.code for control in adopted(session, world.actor(Role.MANAGER))]
    assert codes[-1] == without
    assert codes[codes.index(with_rule) - 1] == "no_shared_folders"  # the last one of 3.7
    assert len(codes) == len(CONTROLS) + 2


def test_a_question_keeps_its_code_while_its_words_stay(world: World) -> None:
    code = added(world)
    with world.change() as session:
        control = session.get_one(Control, code)
        form = own.OwnForm.model_validate(
            CLEAN_DESK | {"questions": "Vad låg framme?\nVem gick rundan?", "interval_days": "60", "version": "1"}
        )
        own.edit(session, world.actor(Role.HEAD), control, form, world.now)
    with world.look() as session:
        control = session.get_one(Control, code)
        assert {question.code: question.text.sv for question in control.card.question} == {
            "q_b": "Vad låg framme?",
            "q_c": "Vem gick rundan?",
        }
        assert control.own_card["asked"]["q_a"] == "Vilka rum?"
        assert control.next_due_at.date() == world.now.date() + timedelta(days=60)


def test_an_old_page_changes_nothing(world: World) -> None:
    code = added(world)
    form = own.OwnForm.model_validate(CLEAN_DESK | {"version": "7"})
    with world.look() as session:
        control = session.get_one(Control, code)
        with pytest.raises(Conflict):
            own.edit(session, world.actor(Role.HEAD), control, form, world.now)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"why": ""}, "why"),
        ({"clause": "4.9"}, "clause"),
        ({"grace_days": "30"}, "grace_days"),
        ({"questions": "\n".join(f"Fråga {number}?" for number in range(9))}, "questions"),
        ({"owner": "nobody"}, "owner"),
    ],
)
def test_what_cannot_be_is_named_at_its_field(world: World, other: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        added(world, **other)
    assert list(wrong.value.fields) == [field]
    with world.look() as session:
        assert session.scalars(select(Control)).all() == []


def test_codes_of_the_catalogue_and_addresses_of_pages_are_no_own_controls() -> None:
    assert not any(code.startswith(OWN) for code in CONTROLS)
    assert not {"new", "adopt", "catalogue"} & set(CONTROLS)


def test_every_clause_of_a_card_is_one_of_the_rules() -> None:
    assert {card.clause for card in CONTROLS.values()} <= set(CLAUSES)
    assert {clause.partition(" ")[0] for clause in CLAUSES} == set(RULES)


def test_letters_name_more_questions_than_anybody_asks() -> None:
    assert len({own._code(number) for number in range(300)}) == 300


def test_log_and_risk_call_it_by_its_title_and_the_entry_holds_only_its_code(small_world: World) -> None:
    code = added(small_world)
    risk = make(small_world, controls=[code])
    with small_world.look() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "risk:control_linked")).one()
        entries = session.scalars(select(AuditEntry.entry)).all()
    assert not any(b"Rena skrivbord" in one for one in entries)
    assert code.encode() in entry.entry
    auditor = pages(small_world, Role.AUDITOR)
    assert "Rena skrivbord" in auditor.get(f"/log/{entry.seq}").text
    assert "Rena skrivbord" in auditor.get(risk.path).text
    text = auditor.get("/log/export.csv").text
    assert f"Rena skrivbord ({code})" in text
    member = pages(small_world, Role.COMMISSIONER).get(risk.path).text
    assert "Rena skrivbord" not in member
    assert "One of our own controls" in member


def test_a_case_says_which_of_our_own_controls_it_changed(small_world: World) -> None:
    code, case = added(small_world), Case(small_world).take()
    manager = pages(small_world, Role.MANAGER)
    data = {"lesson": "Rundan görs varje dag.", "changes": "control", "control": code}
    assert manager.post(f"{case.path}/lesson", data=data).status_code == 303
    for page in (case.path, f"{case.path}/log"):
        assert "Rena skrivbord" in manager.get(page).text, page
