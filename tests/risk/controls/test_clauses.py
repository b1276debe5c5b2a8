"""Every duty of the company's rules is covered by something that names its clause (issue 8, shows 1): a control, a
checklist, a rule to sign, a course, or the case and its registers."""

from importlib.util import find_spec

import pytest
from sqlalchemy import select

from identity.rules import clauses as rules
from identity.training import clauses as training
from incidents import clauses as registers
from incidents.causes import CAUSES
from incidents.classification import CLASS_CLAUSES, CauseClass
from risk.controls import offers
from risk.controls.cards import CONTROLS, Group
from risk.controls.clauses import CLAUSES
from risk.models import Control
from risk.service import adopt
from risk.tasks.cards import TASKS
from tests.fixtures.world import World

# The table of the policy: clause -> by what kinds of things it must be kept, at least.
TABLE: dict[str, set[str]] = {
    "3.5 d": {"control", "register"},
    "3.6": {"control", "checklist"},
    "3.7": {"control"},
    "3.8": {"control"},
    "3.9": {"control", "checklist"},
    "3.10": {"control", "checklist"},
    "3.12": {"control", "checklist"},
    "6.2": {"control", "register"},
    "8.1": {"control", "register"},
    "8.2 a": {"control", "register"},
    "8.2 b": {"control", "register"},
    "8.2 c": {"control", "register"},
    "9.1 a": {"control", "checklist", "rule", "training"},
    "9.1 b": {"control"},
    "9.1 c": {"control"},
    "9.2 a": {"control"},
    "9.2 b": {"control"},
    "9.2 c": {"control"},
    "9.2 d": {"control"},
    "9.2 e": {"control"},
    "12.1": {"control"},
    "12.2": {"control", "checklist", "rule"},
}
# What the sibling policies promise beyond it.
SIBLINGS: dict[str, set[str]] = {
    "001 security": {"register"},
    "003 register": {"register"},
    "003 training": {"training"},
    "003 agreements": {"register"},
    "004 categories": {"register"},
    "004 clocks": {"register"},
    "004 retention": {"register"},
    "004 extract": {"register"},
}
EVERY = TABLE | SIBLINGS


def covering() -> dict[str, dict[str, list[str]]]:
    """Clause -> kind -> what covers it, collected from where each is kept."""
    found: dict[str, dict[str, list[str]]] = {}

    def add(clause: str, kind: str, what: str) -> None:
        found.setdefault(clause, {}).setdefault(kind, []).append(what)

    for code, card in CONTROLS.items():
        add(card.clause, "control", code)
    for code, task in TASKS.items():
        for clause in task.clauses:
            add(clause, "checklist", code)
    for kind, covers in (("rule", rules.COVERS), ("training", training.COVERS), ("register", registers.COVERS)):
        for clause, what in covers.items():
            add(clause, kind, what)
    return found


def test_the_list_of_clauses_is_the_table_of_the_policy() -> None:
    assert set(CLAUSES) == set(TABLE)


@pytest.mark.parametrize("clause", EVERY)
def test_each_clause_is_covered_by_what_the_table_asks_for(clause: str) -> None:
    by = covering().get(clause, {})
    said = "; ".join(f"{kind}: {', '.join(what)}" for kind, what in by.items())
    assert EVERY[clause] <= set(by), f"{clause} is covered by {said or 'nothing'}"


def test_nothing_names_a_clause_that_no_policy_has() -> None:
    headings = {"3.5"}  # the rules to sign cover the whole of it
    assert set(covering()) - headings == set(EVERY)


def test_what_covers_a_clause_of_the_case_is_there() -> None:
    assert [name for name in set(registers.COVERS.values()) if find_spec(name) is None] == []
    assert {cause.cause_class for cause in CAUSES.values()} >= set(CauseClass) - {CauseClass.UNKNOWN}
    named = {clause for clause, name in registers.COVERS.items() if name == "incidents.causes"}
    assert named == {clause for clause in CLASS_CLAUSES.values() if clause}


def test_a_fresh_installation_offers_a_control_for_each_clause_and_adopts_none_by_itself(world: World) -> None:
    with world.look() as session:
        assert session.scalars(select(Control)).all() == []
        found = [offer.code for offer in offers.offered(session, "sv")]
        rules = [group.rule for group in offers.offers(session, "sv")]
    assert set(found) == set(CONTROLS)
    assert {CONTROLS[code].clause for code in found} == {clause for clause, by in TABLE.items() if "control" in by}
    assert rules == list(dict.fromkeys(clause.partition(" ")[0] for clause in TABLE))  # each rule once, in its order
    with world.change() as session:
        adopt(session, world.now)
    with world.look() as session:
        assert set(session.scalars(select(Control.code))) == set(CONTROLS)
        assert offers.offered(session, "sv") == []


@pytest.mark.parametrize(
    ("clause", "group"),
    [("9.1 a", Group.ADMINISTRATION), ("9.1 b", Group.TECHNICAL), ("9.1 c", Group.COMMUNICATION)],
)
def test_each_group_of_9_1_has_the_control_of_its_letter(clause: str, group: Group) -> None:
    assert {card.group for card in CONTROLS.values() if card.clause == clause} == {group}


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("3.6", "accidental.shared_password"),
        ("9.2 d", "accidental.real_data_in_test"),
        ("3.9", "accidental.late_access_removal"),
    ],
)
def test_what_breaks_a_clause_is_a_cause_that_names_it(clause: str, code: str) -> None:
    hint = CAUSES[code].hint
    assert hint
    assert clause in hint.in_("sv")
    assert clause in hint.in_("en")


@pytest.mark.parametrize(
    ("clause", "questions"),
    [
        ("9.2 b", {"outages", "people_hit"}),
        ("9.2 c", {"version", "exercise"}),  # the plan, and when it was tried
        ("9.2 e", {"removed", "integrity"}),
        ("12.1", {"findings", "decisions"}),
    ],
)
def test_a_control_asks_for_what_its_clause_wants_shown(clause: str, questions: set[str]) -> None:
    asked = {question.code for card in CONTROLS.values() if card.clause == clause for question in card.question}
    assert questions <= asked
