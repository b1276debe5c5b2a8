"""Every duty of the company's rules is covered by something that names its clause (issue 8, shows 1)."""

import pytest

from risk.controls.cards import CONTROLS
from risk.controls.clauses import CLAUSES

# The table of the policy: clauses 3.6-3.12, 9.1 a-c, 9.2 a-e and 12.1 must be controls; the rest may be more.
MUST_BE_CONTROLS = (
    "3.6", "3.7", "3.8", "3.9", "3.10", "3.12", "9.1 a", "9.1 b", "9.1 c",
    "9.2 a", "9.2 b", "9.2 c", "9.2 d", "9.2 e", "12.1",
)  # fmt: skip
OTHERS = ("3.5 d", "6.2", "8.1", "8.2 a", "8.2 b", "8.2 c", "12.2")


def covering() -> dict[str, list[str]]:
    """Clause -> what covers it."""
    found: dict[str, list[str]] = {}
    for code, card in CONTROLS.items():
        found.setdefault(card.clause, []).append(f"control {code}")
    return found


def test_the_list_of_clauses_is_the_table_of_the_policy() -> None:
    assert set(CLAUSES) == {*MUST_BE_CONTROLS, *OTHERS}


@pytest.mark.parametrize("clause", CLAUSES)
def test_each_clause_is_covered_by_a_control_a_task_a_register_or_a_rule(clause: str) -> None:
    assert covering().get(clause), f"nothing covers {clause}"


@pytest.mark.parametrize("clause", MUST_BE_CONTROLS)
def test_each_repeated_duty_is_a_control(clause: str) -> None:
    assert any(what.startswith("control ") for what in covering()[clause])
