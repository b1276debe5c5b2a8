"""Where each rule of Art. 33 and 34 (R01 to R27) is held: here, or by the test that is named. A rule that no code
keeps yet is said so, with where it will stand, and nothing more is claimed of it."""

import ast
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.duties import Risk, duties
from risk.facts import Breach, Copy, Enables, Facts, Recipient, Returned, Taken, Unreadable
from risk.facts_form import WrongFacts, read_facts
from tests.risk.test_duties import LADDERS, ORDINARY, places

ROOT = Path(__file__).parents[2]
RULES = [f"R{number:02}" for number in range(1, 28)]
DUTIES, HERE = "tests/risk/test_duties.py", "tests/risk/test_rules_of_the_law.py"
CASES = "tests/incidents"
DIFFERING, NOTIFYING = f"{CASES}/test_differing.py", f"{CASES}/test_notifying.py"
AUTHORITIES = "tests/notifications/test_authorities.py"
BUNDLING = f"{CASES}/test_bundling.py"
COMPETENCE = "tests/notifications/test_competence.py"
LETTERS = "tests/notifications/letters"
CONTRACT = "test_a_processor_tells_the_controller_at_once_and_within_the_contracts_hours_when_it_has_any"
ORDER = "test_an_order_of_the_authority_binds_by_its_own_day_and_opens_the_letters_again"
HELD = {
    "R01": ["tests/incidents/test_ending_cases.py::test_not_an_incident_needs_a_reason_and_another_persons_signature"],
    "R02": [f"{HERE}::test_r02_at_least_one_kind_of_breach_and_several_at_once"],
    "R03": [f"{DUTIES}::test_r03_a_risk_is_notified_and_r19_a_high_risk_is_told_to_people",
            "tests/incidents/test_clock.py::test_the_authority_is_told_72_elapsed_hours_after_awareness"],
    "R04": [f"{DUTIES}::test_r04_no_notice_needs_a_written_reason",
            f"{DIFFERING}::test_the_page_shows_sum_duties_and_why_the_ticked_answer_differs"],
    "R05": [f"{NOTIFYING}::test_a_filing_exactly_at_the_deadline_is_in_time_and_a_second_later_needs_reasons"],
    "R06": [f"{NOTIFYING}::test_a_draft_states_what_the_case_knows_and_names_the_rest_as_not_known_yet"],
    **{rule: [f"{AUTHORITIES}::test_every_form_asks_for_the_items_of_article_33_3"] for rule in ("R07", "R08", "R09")},
    "R10": [f"{NOTIFYING}::test_a_supplement_begins_with_what_was_sent_and_ends_the_matter",
            f"{NOTIFYING}::test_an_answer_saved_empty_is_not_known_yet"],
    "R11": [f"{DUTIES}::test_r11_every_breach_is_documented"],
    "R12": [f"{CASES}/test_regimes.py::{CONTRACT}"],
    "R15": [f"{COMPETENCE}::test_people_in_other_countries_make_it_the_lead_and_the_others_concerned",
            f"{CASES}/test_countries.py::test_the_notice_is_filled_in_from_the_countries_and_nothing_is_asked_twice"],
    "R16": [f"{COMPETENCE}::test_without_an_establishment_in_the_eea_each_authority_is_told"],
    "R17": ["tests/incidents/test_states.py::test_what_was_filed_can_only_be_supplemented_or_withdrawn"],
    "R18": [f"{BUNDLING}::test_sending_it_tells_each_case_with_a_record_of_its_own",
            f"{BUNDLING}::test_each_case_is_as_late_as_it_would_have_been_alone"],
    "R19": [f"{DUTIES}::test_r03_a_risk_is_notified_and_r19_a_high_risk_is_told_to_people",
            f"{HERE}::test_r19_a_high_risk_is_told_to_people_without_any_number_of_hours"],
    "R20": [f"{LETTERS}/test_wording.py::test_every_reviewed_letter_is_short_plain_and_whole_when_filled"],
    "R21": [f"{DUTIES}::test_r21_what_outsiders_cannot_read_needs_no_message"],
    "R22": [f"{DUTIES}::test_r22_later_measures_and_r23_disproportionate_effort_spare_the_letters"],
    "R23": [f"{DUTIES}::test_r22_later_measures_and_r23_disproportionate_effort_spare_the_letters",
            "tests/incidents/test_informing.py::test_the_public_copy_opens_to_the_words_of_the_letter_only"],
    "R24": [f"{CASES}/test_clock_choices.py::{ORDER}"],
    "R26": [f"{DUTIES}::test_r26_vulnerable_people_weigh_more"],
    "R27": [f"{DIFFERING}::test_whoever_reported_and_decides_says_why_one_person_holds_both",
            "tests/incidents/test_awareness.py::test_nobody_signs_their_own_proposal"],
}  # fmt: skip
ELSEWHERE = {
    "R13": "the moment a processor told us is entered as awareness; the second instant has no column yet",
    "R14": "the arrangement belongs to the register of processing, which has no issue yet",
    "R25": "a letter that waits for the police is not built; the reason can be written as a note",
}


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_held_by_a_test_or_said_to_stand_elsewhere(rule: str) -> None:
    assert (rule in HELD) is not (rule in ELSEWHERE)
    for place in HELD.get(rule, []):
        path, _, name = place.partition("::")
        assert name in names_in(path), place


@pytest.mark.parametrize("number", [1, 2, 3])
def test_r02_at_least_one_kind_of_breach_and_several_at_once(number: int) -> None:
    given = {"data": [{"category": "simple"}], "identifiability": 1.0}
    for kinds in combinations(Breach, number):
        assert read_facts(given | {"breach_types": [*kinds]}).breach_types == set(kinds)
    with pytest.raises(WrongFacts):
        read_facts(given | {"breach_types": []})


def test_r19_a_high_risk_is_told_to_people_without_any_number_of_hours() -> None:
    found = duties(replace(ORDINARY, special_category=True, recipient=Recipient.UNKNOWN))
    told = next(reason for reason in found.reasons if reason.rule == "R19" and reason.effect == "inform_people")
    assert found.risk is Risk.HIGH
    assert not any("hour" in reason.text for reason in found.reasons if reason.rule == "R19")
    assert told


WORSE: dict[str, list[Any]] = LADDERS | {
    "recipient": [Recipient.NONE, Recipient.TRUSTED, Recipient.KNOWN, Recipient.UNKNOWN],
    "unintelligible": [*Unreadable][:3],
    "copy_available": [*Copy][:3],
    "exfiltrated": [Taken.NO, Taken.LIKELY, Taken.YES],
    "returned_or_destroyed": [Returned.YES, Returned.UNKNOWN, Returned.NO],
}
harms = st.sets(st.sampled_from([one for one in Enables if one is not Enables.NOTHING]), min_size=1)


def standing(where: dict[str, int], exempt: tuple[bool, bool], enables: frozenset[Enables]) -> Facts:
    facts: dict[str, Any] = {name: WORSE[name][min(place, len(WORSE[name]) - 1)] for name, place in where.items()}
    measures, effort = exempt
    return replace(
        ORDINARY, **facts | {"enables": enables}, subsequent_measures=measures, disproportionate_effort=effort
    )


@settings(max_examples=300)
@given(places, st.tuples(st.booleans(), st.booleans()), harms, st.sampled_from([*Enables][:-1]),
       st.sampled_from(sorted(set(WORSE) - {"enables"})))  # fmt: skip
def test_more_harm_never_lowers_the_score_nor_removes_a_duty_whatever_else_is_claimed(
    where: dict[str, int], exempt: tuple[bool, bool], enables: set[Enables], further: Enables, name: str
) -> None:
    """Also with exemptions claimed, and with any harm added to any others. A public message tells people too."""
    before = standing(where, exempt, frozenset(enables))
    worse = standing(where | {name: where[name] + 1}, exempt, frozenset(enables))
    for less, more in ((before, worse), (before, replace(before, enables=before.enables | {further}))):
        had, has = duties(less), duties(more)
        assert has.severity.score >= had.severity.score
        assert has.risk >= had.risk
        assert has.notify_authority >= had.notify_authority
        assert has.document
        assert (has.inform_people or has.public_communication) >= (had.inform_people or had.public_communication)
