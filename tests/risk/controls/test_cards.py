"""Clauses 3.6, 3.7, 9.1 and 9.2 as cards: every duty has a control that can be kept and proved."""

from datetime import timedelta

import pytest

from core.moment import utc
from risk.controls.cards import CONTROLS, GROUP_LABELS, Group, by_clause

DONE = utc(2026, 11, 22, 9)


def test_clause_3_7_has_two_controls_antivirus_and_no_shared_folders() -> None:
    assert {code for code, card in CONTROLS.items() if card.clause == "3.7"} == {"antivirus", "no_shared_folders"}


ASKED = {
    "backup_copies": ["what", "how", "where", "last_copy", "last_restore_test"],
    "test_apart_from_production": ["separation", "proof", "test_data"],
    "antivirus": ["product", "last_update", "coverage"],
    "password_change": ["method", "interval", "events"],
}


@pytest.mark.parametrize(("code", "questions"), ASKED.items())
def test_the_controls_of_the_policy_ask_what_their_clause_is_about(code: str, questions: list[str]) -> None:
    assert [question.code for question in CONTROLS[code].question] == questions


def test_a_restore_is_a_control_of_its_own() -> None:
    assert CONTROLS["restore_test"].clause == "9.2 a"


def test_passwords_change_by_interval_and_by_event() -> None:
    card = CONTROLS["password_change"]
    assert card.interval_days == 90
    assert card.also_when
    assert "leaves" in card.also_when.in_("en")


@pytest.mark.parametrize("code", CONTROLS)
def test_every_control_says_what_why_and_how_to_prove_in_both_languages(code: str) -> None:
    card = CONTROLS[code]
    for words in (card.title, card.todo, card.why, card.proof, *(question.text for question in card.question)):
        assert words.sv
        assert words.en
        assert words.sv != words.en
    assert card.question


@pytest.mark.parametrize("code", CONTROLS)
def test_a_control_is_due_after_its_interval_then_late_then_missed(code: str) -> None:
    card = CONTROLS[code]
    due_at = card.due_after(DONE)
    assert due_at == DONE + timedelta(days=card.interval_days)
    assert due_at < card.missed_after(due_at) < card.due_after(due_at)


def test_controls_stand_in_the_order_of_the_policy() -> None:
    clauses = [card.clause for _, card in by_clause()]
    assert clauses[:5] == ["3.5 d", "3.6", "3.6", "3.7", "3.7"]
    assert clauses.index("3.9") < clauses.index("3.10") < clauses.index("3.12")
    assert clauses[-2:] == ["12.1", "12.2"]
    assert len(clauses) == len(CONTROLS)


def test_each_of_the_three_groups_has_words_and_controls() -> None:
    assert set(GROUP_LABELS) == set(Group) == {card.group for card in CONTROLS.values()}
