"""Every action that the code records is told in words on the log's pages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.log_words import ACTIONS, GROUPS, KINDS_OF_DAMAGE, SENSITIVE_ACTIONS

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


def test_groups_and_sensitive_acts_are_known_actions() -> None:
    assert set(SENSITIVE_ACTIONS) <= set(ACTIONS)
    assert {action.partition(":")[0] for action in ACTIONS} - set(GROUPS) <= WITHOUT_A_GROUP


def test_each_kind_of_damage_has_words() -> None:
    assert set(KINDS_OF_DAMAGE) == {"edited", "deleted", "inserted", "reordered", "truncated", "rewritten"}
