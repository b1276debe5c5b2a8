"""Clause 8.2 a-c: every item of the policy has its code; the everyday ones it forgot are marked as ours."""

import pytest

from incidents.causes import CARDS, CAUSES, of_class
from incidents.classification import CLASS_CLAUSES, CauseClass

POLICY = {
    CauseClass.ACCIDENTAL: {
        "data_processing_error", "data_media", "record_deletion", "misrouting", "system_outage",
        "internal_rule_breach", "system_maintenance_lacking", "software_test", "media_maintenance",
        "line_capacity_protection", "network_integration", "software_protection", "fax_supplies", "other",
    },
    CauseClass.INTENTIONAL: {
        "premises_intrusion", "storage_intrusion", "system_intrusion", "network_intrusion", "malicious_intrusion",
        "virus_distribution", "data_theft", "colleague_rights", "other",
    },
    CauseClass.UNFORESEEN: {
        "lightning", "fire", "flood", "storm", "wiring_fault", "temperature_humidity", "dirt_dust_magnetism",
        "technical_accident", "other",
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", POLICY)
def test_every_item_of_clause_8_2_has_a_code(kind: CauseClass) -> None:
    ours = {cause.code.removeprefix(f"{kind}.") for cause in of_class(kind) if cause.origin == "policy"}
    assert ours == POLICY[kind]


@pytest.mark.parametrize(
    "code",
    [
        "accidental.lost_device",
        "accidental.shared_password",
        "accidental.real_data_in_test",
        "intentional.phishing",
        "intentional.extortion",
        "intentional.denial_of_service",
        "unforeseen.earthquake",
    ],
)
def test_everyday_incidents_have_codes_marked_as_the_company_s_own(code: str) -> None:
    assert CAUSES[code].origin == "company"


@pytest.mark.parametrize(
    "code", ["accidental.system_outage", "intentional.virus_distribution", "unforeseen.power_failure"]
)
def test_power_failure_and_virus_ask_whether_it_came_from_outside_or_on_purpose(code: str) -> None:
    cause = CAUSES[code]
    assert cause.ask
    assert "outside" in cause.ask.in_("en")
    assert "utifrån" in cause.ask.in_("sv")
    assert CAUSES[cause.or_else or ""].cause_class is not cause.cause_class


@pytest.mark.parametrize("code", CAUSES)
def test_every_cause_has_words_in_both_languages_and_its_clause(code: str) -> None:
    cause = CAUSES[code]
    assert code.startswith(f"{cause.cause_class}.")
    assert cause.label.in_("sv")
    assert cause.label.in_("en")
    assert cause.clause == CLASS_CLAUSES[cause.cause_class]


def test_other_asks_for_words_of_its_own() -> None:
    assert {code for code, cause in CAUSES.items() if cause.needs_text} == {f"{kind}.other" for kind in CARDS}


def test_not_yet_known_is_a_class_without_codes() -> None:
    assert of_class(CauseClass.UNKNOWN) == ()
