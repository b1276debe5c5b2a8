"""Art. 33 and 34 from facts: the published cases, each rule by name, and that more harm never asks for less."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.duties import Duties, Risk, duties
from risk.facts import Breach, Copy, Enables, Facts, Recipient, Returned, Taken, Unreadable
from risk.severity import IDENTIFIABLE, Category, Circumstances, DataKind

CIA = {"C": Breach.CONFIDENTIALITY, "I": Breach.INTEGRITY, "A": Breach.AVAILABILITY}
QUARTER, HALF, ONE = Fraction(1, 4), Fraction(1, 2), Fraction(1)
ORDINARY = Facts(
    breach_types=frozenset({Breach.CONFIDENTIALITY}),
    data=(DataKind(Category.SIMPLE),),
    identifiability=ONE,
    circumstances=Circumstances(confidentiality=QUARTER),
    people=20,
    unintelligible=Unreadable.NO,
    copy_available=Copy.YES,
    exfiltrated=Taken.NO,
    recipient=Recipient.KNOWN,
    returned_or_destroyed=Returned.NO,
    enables=frozenset({Enables.LOSS_OF_CONTROL}),
)


def case(given: str, **facts: Any) -> Facts:
    return replace(ORDINARY, breach_types=frozenset(CIA[letter] for letter in given), **facts)


# The facts are those of the published text and nothing else. Where it is silent, the value is unknown or the plain
# reading its note names: what the data enable follows from the kinds of data listed there.
PUBLISHED = {
    "01 ransomware, good backup, cipher text only": (
        case("AC", circumstances=Circumstances(malicious=True), identifiability=QUARTER, people=36,
             unintelligible=Unreadable.YES, recipient=Recipient.NONE, returned_or_destroyed=Returned.UNKNOWN),
        (False, False),
    ),
    "05 job applications taken from a website": (
        case("CI", data=(DataKind(Category.SIMPLE, 1, "a CV lets one guess a career and means"),),
             circumstances=Circumstances(confidentiality=HALF, malicious=True), people=213,
             exfiltrated=Taken.YES, recipient=Recipient.UNKNOWN,
             enables=frozenset({Enables.IDENTITY_THEFT, Enables.LOSS_OF_CONTROL})),
        (True, True),
    ),
    "09 a spreadsheet shows other clients to a bound agent": (
        case("C", data=(DataKind(Category.FINANCIAL, -1, "insurance data without insight"),), people=24,
             recipient=Recipient.TRUSTED, returned_or_destroyed=Returned.YES),
        (False, False),
    ),
    "11 a stolen notebook, not protected": (
        case("CA", circumstances=Circumstances(malicious=True), people=100_001, exfiltrated=Taken.UNKNOWN,
             recipient=Recipient.UNKNOWN, returned_or_destroyed=Returned.UNKNOWN,
             enables=frozenset({Enables.IDENTITY_THEFT})),
        (True, True),
    ),
    "15 a participant list mailed to last year's participants": (
        case("C", data=(DataKind(Category.SENSITIVE, -2, "a food preference lets one assume something"),),
             special_category=True, people=15, returned_or_destroyed=Returned.UNKNOWN,
             enables=frozenset({Enables.NOTHING})),
        (False, False),
    ),
    "16 two insurance letters in one envelope": (
        case("C", data=(DataKind(Category.FINANCIAL, -1, "premium class, no payment data"),), people=1,
             exfiltrated=Taken.UNKNOWN, returned_or_destroyed=Returned.UNKNOWN,
             enables=frozenset({Enables.IDENTITY_THEFT})),
        (True, False),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "told"), PUBLISHED.values(), ids=PUBLISHED.keys())
def test_the_published_cases_come_out_through_facts_alone(facts: Facts, told: tuple[bool, bool]) -> None:
    found = duties(facts)
    assert found.document
    assert (found.notify_authority, found.inform_people) == told, [reason.text for reason in found.reasons]


def rules(found: Duties) -> set[str]:
    return {reason.rule for reason in found.reasons}


def test_r11_every_breach_is_documented() -> None:
    assert duties(ORDINARY).document
    assert "R11" in rules(duties(ORDINARY))


def test_r04_no_notice_needs_a_written_reason() -> None:
    found = duties(ORDINARY)
    assert not found.notify_authority
    assert "R04" in rules(found)


def test_r03_a_risk_is_notified_and_r19_a_high_risk_is_told_to_people() -> None:
    risky = duties(replace(ORDINARY, enables=frozenset({Enables.FRAUD})))
    assert (risky.risk, "R03" in rules(risky), risky.inform_people) == (Risk.RISK, True, False)
    high = duties(replace(ORDINARY, enables=frozenset({Enables.FRAUD}), recipient=Recipient.UNKNOWN))
    assert (high.risk, "R19" in rules(high), high.inform_people) == (Risk.HIGH, True, True)


def high_risk(**facts: Any) -> Duties:
    return duties(replace(ORDINARY, special_category=True, recipient=Recipient.UNKNOWN, **facts))


def test_r22_later_measures_and_r23_disproportionate_effort_spare_the_letters() -> None:
    assert high_risk().inform_people
    later = high_risk(subsequent_measures=True)
    assert (later.notify_authority, later.inform_people, "R22" in rules(later)) == (True, False, True)
    public = high_risk(disproportionate_effort=True)
    assert (public.inform_people, public.public_communication, "R23" in rules(public)) == (False, True, True)


def test_r21_what_outsiders_cannot_read_needs_no_message() -> None:
    grave = replace(ORDINARY, data=(DataKind(Category.SENSITIVE),), recipient=Recipient.UNKNOWN,
                    breach_types=frozenset({Breach.CONFIDENTIALITY, Breach.AVAILABILITY}),
                    unintelligible=Unreadable.YES)  # fmt: skip
    assert duties(grave).risk is Risk.UNLIKELY
    assert duties(replace(grave, copy_available=Copy.NO)).notify_authority
    assert duties(replace(grave, unintelligible=Unreadable.COULD_BE_BROKEN)).inform_people


def test_r26_vulnerable_people_weigh_more() -> None:
    assert not duties(ORDINARY).notify_authority
    assert duties(replace(ORDINARY, vulnerable_people=True)).notify_authority


def test_the_law_overrides_a_low_score_for_many_people_in_unknown_hands() -> None:
    lost = replace(ORDINARY, circumstances=Circumstances(), recipient=Recipient.UNKNOWN, people=3000)
    found = duties(lost)
    assert (found.severity.band, found.notify_authority, found.inform_people) == ("low", True, False)
    assert found.differs_from_score
    assert duties(replace(lost, people=100_000)).inform_people


def test_a_trusted_recipient_who_confirms_takes_the_risk_away_and_one_who_does_not_does_not() -> None:
    kept = replace(ORDINARY, data=(DataKind(Category.FINANCIAL),), recipient=Recipient.TRUSTED)
    assert duties(kept).notify_authority
    assert not duties(replace(kept, returned_or_destroyed=Returned.YES)).notify_authority


def test_a_hospital_without_its_data_is_a_risk_although_nobody_read_them() -> None:
    away = replace(ORDINARY, breach_types=frozenset({Breach.AVAILABILITY}), copy_available=Copy.LATE,
                   essential_service_hit=True, recipient=Recipient.NONE)  # fmt: skip
    assert duties(away).notify_authority
    assert duties(replace(away, enables=frozenset({Enables.PHYSICAL_HARM}))).inform_people


def test_an_unknown_fact_counts_as_the_worse_and_is_named_where_it_would_turn_the_answer() -> None:
    unsure = replace(ORDINARY, unintelligible=Unreadable.UNKNOWN, enables=frozenset({Enables.FRAUD}))
    found = duties(unsure)
    assert found.notify_authority
    assert "unintelligible" in found.would_change
    assert "returned_or_destroyed" not in found.would_change


LADDERS: dict[str, list[Any]] = {
    "unintelligible": [Unreadable.YES, Unreadable.COULD_BE_BROKEN, Unreadable.NO],
    "copy_available": [Copy.YES, Copy.LATE, Copy.NO],
    "exfiltrated": [Taken.NO, Taken.LIKELY, Taken.YES],
    "recipient": [Recipient.TRUSTED, Recipient.KNOWN, Recipient.UNKNOWN],
    "returned_or_destroyed": [Returned.YES, Returned.NO],
    "special_category": [False, True],
    "vulnerable_people": [False, True],
    "essential_service_hit": [False, True],
    "people": [1, 100, 101, 10_000, 10_001, 1_000_000],
    "identifiability": list(IDENTIFIABLE),
    "data": [(DataKind(Category.SENSITIVE, step - 4),) for step in (1, 2, 3, 4)],
    "enables": [frozenset({Enables.NOTHING}), frozenset({Enables.LOSS_OF_CONTROL}),
                frozenset({Enables.LOSS_OF_CONTROL, Enables.FRAUD}),
                frozenset({Enables.LOSS_OF_CONTROL, Enables.FRAUD, Enables.PHYSICAL_HARM})],
    "breach_types": [frozenset({Breach.CONFIDENTIALITY}), frozenset({Breach.CONFIDENTIALITY, Breach.AVAILABILITY}),
                     frozenset(Breach)],
    "circumstances": [Circumstances(), Circumstances(confidentiality=QUARTER),
                      Circumstances(confidentiality=QUARTER, integrity=QUARTER),
                      Circumstances(HALF, QUARTER, QUARTER), Circumstances(HALF, HALF, HALF),
                      Circumstances(HALF, HALF, HALF, malicious=True)],
}  # fmt: skip
places = st.fixed_dictionaries({name: st.integers(0, len(values) - 1) for name, values in LADDERS.items()})


def at(found: dict[str, int]) -> Facts:
    return replace(ORDINARY, **{name: LADDERS[name][place] for name, place in found.items()})


@settings(max_examples=400)
@given(places, st.sampled_from(sorted(LADDERS)))
def test_more_harm_never_lowers_the_score_and_never_removes_a_duty(where: dict[str, int], name: str) -> None:
    if where[name] + 1 == len(LADDERS[name]):
        return
    less, more = duties(at(where)), duties(at(where | {name: where[name] + 1}))
    assert more.severity.score >= less.severity.score
    assert more.risk >= less.risk
    assert (more.notify_authority, more.inform_people) >= (less.notify_authority, less.inform_people)
    assert more.notify_authority >= less.notify_authority
    assert more.inform_people >= less.inform_people


@settings(max_examples=200)
@given(places, st.sampled_from(["unintelligible", "copy_available", "exfiltrated", "returned_or_destroyed", "people"]))
def test_an_unknown_fact_asks_for_no_less_than_any_but_the_worst_answer(where: dict[str, int], name: str) -> None:
    unknown: Any = None if name == "people" else type(LADDERS[name][0])("unknown")
    found = duties(replace(at(where), **{name: unknown}))
    best = duties(at(where | {name: 0}))
    assert found.risk >= best.risk
