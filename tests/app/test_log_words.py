"""Every action that the code records is told in words on the log's pages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.log_words import GROUPS, KINDS_OF_DAMAGE, SENSITIVE_ACTIONS
from core.audit.words import ACTIONS
from incidents.log_facts import facts_in_words
from incidents.log_labels import LABELS, PROOFS

ROOT = Path(__file__).parent.parent.parent
FLOORS = ("app", "incidents", "risk", "identity", "notifications", "core")
WITHOUT_A_GROUP = {"panel", "receipt", "demo"}


def recorded() -> Iterator[tuple[str, str]]:
    """Action and file of each `record(session, actor, "source:verb", ...)`."""
    for path in (path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "record" and len(node.args) > 2:
                for text in ast.walk(node.args[2]):
                    if isinstance(text, ast.Constant) and isinstance(text.value, str) and ":" in text.value[1:-1]:
                        yield text.value, path.name


@pytest.mark.parametrize("action", sorted({action for action, _ in recorded()}))
def test_a_recorded_action_has_words(action: str) -> None:
    assert action in ACTIONS


def test_a_fact_that_is_written_down_has_words() -> None:
    found = {
        key.value
        for path in (path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "record"
        for given in node.keywords
        if given.arg == "facts" and isinstance(given.value, ast.Dict)
        for key in given.value.keys
        if isinstance(key, ast.Constant)
    }
    assert found - set(LABELS) - set(PROOFS) == set()


def test_the_facts_of_a_log_entry_are_words_and_not_codes() -> None:
    facts = {
        "kind": "sent_wrong",
        "late": True,
        "aware_at": "2026-11-22T13:05+00:00",
        "digest": "a7cd",
        "authority": "imy",
    }
    told = dict(facts_in_words(facts, "en", "Europe/Stockholm"))
    assert told["Kind"] == "Sent to the wrong person"
    assert told["Late"] == "yes"
    assert told["Moment of awareness"] == "Sun 22 Nov 2026 14:05 CET"
    assert "imy" not in told.values()
    assert "a7cd" not in told.values()
    assert ("SHA-256 of the content", "a7cd") in facts_in_words(facts, "en", "Europe/Stockholm", proofs=True)


def test_groups_and_sensitive_acts_are_known_actions() -> None:
    assert set(SENSITIVE_ACTIONS) <= set(ACTIONS)
    assert {action.partition(":")[0] for action in ACTIONS} - set(GROUPS) <= WITHOUT_A_GROUP


def test_each_kind_of_damage_has_words() -> None:
    assert set(KINDS_OF_DAMAGE) == {
        "edited", "deleted", "inserted", "reordered", "truncated", "rewritten", "bad_signature",
    }  # fmt: skip
