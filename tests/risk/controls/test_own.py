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
