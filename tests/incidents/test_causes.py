"""Clause 8.2 a-c: every item of the policy has its code; the everyday ones it forgot are marked as ours."""

import hashlib
import re

import pytest

from incidents.causes import CARDS, CAUSES, SHIPPED, VERSION, of_class
from incidents.classification import CLASS_CLAUSES, CauseClass

# The clause item by item, in its own words and order (product.md): item -> code.
POLICY = {
    CauseClass.ACCIDENTAL: {
        "error in processing": "data_processing_error",
        "data media": "data_media",
        "deletion of records": "record_deletion",
        "wrong routing or address": "misrouting",
        "system outage (power, virus)": "system_outage",
        "breach of internal rules": "internal_rule_breach",
        "lack of system maintenance": "system_maintenance_lacking",
        "lack of software tests": "software_test",
        "lack of media maintenance": "media_maintenance",
        "lack of line capacity or protection": "line_capacity_protection",
        "network integration": "network_integration",
        "protection of programs": "software_protection",
        "lack of fax supplies": "fax_supplies",
        "other": "other",
    },
    CauseClass.INTENTIONAL: {
        "intrusion into premises": "premises_intrusion",
        "intrusion into stores": "storage_intrusion",
        "intrusion into information systems": "system_intrusion",
        "intrusion into networks": "network_intrusion",
        "malicious access to data": "malicious_intrusion",
        "spreading viruses": "virus_distribution",
        "theft of data": "data_theft",
        "use of a colleague's rights": "colleague_rights",
        "other": "other",
    },
    CauseClass.UNFORESEEN: {
        "lightning": "lightning",
        "fire": "fire",
        "flood": "flood",
        "storm": "storm",
        "wiring": "wiring_fault",
        "temperature or humidity": "temperature_humidity",
        "dirt, dust or magnetic fields": "dirt_dust_magnetism",
        "technical accident": "technical_accident",
        "other force majeure": "other",
    },
}
# What was shipped under each version. A case is stamped with the version: change a card, and it needs a new one.
RELEASED = {"2026.1": "db4c36cc4e426f96"}


@pytest.mark.parametrize(("kind", "item"), [(kind, item) for kind in POLICY for item in POLICY[kind]])
def test_every_item_of_clause_8_2_has_a_card_tied_to_its_clause(kind: CauseClass, item: str) -> None:
    cause = CAUSES[f"{kind}.{POLICY[kind][item]}"]
    assert (cause.origin, cause.clause) == ("policy", CLASS_CLAUSES[kind])


@pytest.mark.parametrize("kind", POLICY)
def test_nothing_is_called_the_policy_s_that_is_not_in_the_clause(kind: CauseClass) -> None:
    ours = {cause.code.removeprefix(f"{kind}.") for cause in of_class(kind) if cause.origin == "policy"}
    assert ours == set(POLICY[kind].values())


def test_a_changed_card_needs_a_new_version() -> None:
    lines = sorted(f"{cause.code} {cause.clause} {cause.origin}" for cause in CAUSES.values())
    assert RELEASED[VERSION] == hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


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
    assert cause.why
    assert {"outside", "purpose"} <= set(re.findall(r"\w+", cause.ask.in_("en")))
    assert {"utifrån", "avsikt"} <= set(re.findall(r"\w+", cause.ask.in_("sv")))
    asked = SHIPPED.asked_about(code)
    assert asked[0] is cause
    assert all(other.cause_class is not cause.cause_class for other in asked[1:])
    for lang in ("sv", "en"):
        assert all(one.clause in cause.why.in_(lang) for one in asked), "says where each answer stands"


@pytest.mark.parametrize("code", CAUSES)
def test_every_cause_has_words_in_both_languages_and_its_clause(code: str) -> None:
    cause = CAUSES[code]
    assert code.startswith(f"{cause.cause_class}.")
    assert cause.label.in_("sv")
    assert cause.label.in_("en")
    assert cause.hint.in_("sv")
    assert cause.hint.in_("en") != cause.label.in_("en")
    assert cause.clause == CLASS_CLAUSES[cause.cause_class]


def test_other_asks_for_words_of_its_own() -> None:
    assert {code for code, cause in CAUSES.items() if cause.needs_text} == {f"{kind}.other" for kind in POLICY}


def test_not_yet_known_is_a_card_without_codes() -> None:
    card = CARDS[CauseClass.UNKNOWN]
    assert card.cause == ()
    assert of_class(CauseClass.UNKNOWN) == ()
    assert (card.sv, card.en, card.clause) == ("Inte känt än", "Not yet known", "")
    assert card.hint
