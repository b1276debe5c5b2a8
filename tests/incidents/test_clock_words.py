"""Each clock explains itself in one sentence, in both languages."""

import re
from datetime import timedelta

import pytest

from core.moment import utc
from incidents.clock import Stage
from incidents.clock_words import STARTS, explain, explain_stage, length, start_of
from incidents.escalation import Duty
from incidents.periods import Period
from incidents.regimes import REGIMES
from incidents.rules import Anchor, Rule, rule_from

STOCKHOLM = "Europe/Stockholm"
STAGES = [(code, stage) for code, regime in REGIMES.items() for stages in regime.every_version() for stage in stages]
COUNTS = {"sv": "helger och helgdagar räknas", "en": "weekends and holidays count"}


def stage_of(code: str, duty: str) -> Stage:
    return next(stage for stage in REGIMES[code].stages if stage.duty == duty)


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize(("code", "stage"), STAGES, ids=lambda it: it if isinstance(it, str) else str(it.duty))
def test_every_clock_is_one_sentence_that_names_its_law_and_gives_no_weekend(
    code: str, stage: Stage, lang: str
) -> None:
    sentence = explain_stage(code, stage, lang, STOCKHOLM)
    assert sentence.endswith(f"{COUNTS[lang]}.")
    assert not re.search(r"[.!?] [A-ZÅÄÖ]", re.sub(r"\(.*?\);|\bArt\. |\bReg\. ", "", sentence))
    assert re.search(r"Art\. \d|3\.5 d|[Pp]olicy|\(.*(contract|avtal)", sentence)
    assert not re.search(r"[{}]|  |\(\)", sentence)


def test_hours_from_awareness() -> None:
    gdpr = stage_of("gdpr", Duty.NOTIFY_AUTHORITY)
    assert explain_stage("gdpr", gdpr, "en", STOCKHOLM) == (
        "Tell the supervisory authority within 72 hours, counted from the moment we became aware (GDPR Art. 33(1)); "
        "weekends and holidays count."
    )
    assert explain_stage("gdpr", gdpr, "sv", STOCKHOLM) == (
        "Anmäl till tillsynsmyndigheten inom 72 timmar, räknat från tidpunkten då vi fick vetskap (GDPR Art. 33(1)); "
        "helger och helgdagar räknas."
    )


def test_a_stage_names_the_duty_it_follows() -> None:
    supplement = stage_of("gdpr", Duty.SUPPLEMENT)
    assert "“Tell the supervisory authority” was done" in explain_stage("gdpr", supplement, "en", STOCKHOLM)
    assert "då ”Anmäl till tillsynsmyndigheten” var gjort" in explain_stage("gdpr", supplement, "sv", STOCKHOLM)


def test_the_earlier_of_two_lengths() -> None:
    assert "30 dagar eller 1 månad, det som tar slut först" in explain_stage(
        "rights", stage_of("rights", "answer_request"), "sv", STOCKHOLM
    )


def test_a_cap_is_told_with_what_lifts_it() -> None:
    sentence = explain_stage("dora", stage_of("dora", "initial_notification"), "en", STOCKHOLM)
    assert "within 4 hours, counted from the classification as major" in sentence
    assert (
        "no later than 24 hours after the moment we became aware, unless the classification as major comes later"
        in (sentence)
    )


def test_as_soon_as_possible_invents_no_hours() -> None:
    sentence = explain_stage("gdpr_people", stage_of("gdpr_people", Duty.INFORM_PEOPLE), "sv", STOCKHOLM)
    assert "så snart som möjligt" in sentence
    assert not re.search(r"\d+ (timmar|dagar)", sentence)


def test_an_order_and_a_contract_are_told_before_and_after_they_give_a_length() -> None:
    ordered = stage_of("gdpr_people", Duty.INFORM_AS_ORDERED)
    assert "no later than the order says" in explain_stage("gdpr_people", ordered, "en", STOCKHOLM)
    given = ordered.under(utc(2026, 11, 22, 13, 5) + timedelta(days=20))
    assert "senast lör 12 dec 2026 14:05 CET" in explain_stage("gdpr_people", given, "sv", STOCKHOLM)
    contract = stage_of("processor", "tell_controller_by_contract")
    assert "inom de timmar som det anger" in explain_stage("processor", contract, "sv", STOCKHOLM)
    assert "within 48 hours" in explain_stage("processor", contract.under(Period(hours=48)), "en", STOCKHOLM)


def test_a_clock_is_explained_by_the_rule_it_was_started_under() -> None:
    kept = stage_of("gdpr", Duty.NOTIFY_AUTHORITY).rule.as_json() | {"period": {"hours": 96}}
    assert "within 96 hours" in explain("gdpr", "notify_authority", rule_from(kept), "en", STOCKHOLM)


def test_a_regime_that_is_no_longer_here_is_still_explained() -> None:
    rule = Rule("done:tell", Period(days=1), "Some Act Art. 9")
    assert explain("gone", "report", rule, "en", STOCKHOLM) == (
        "report within 1 day, counted from the moment “tell” was done (Some Act Art. 9); weekends and holidays count."
    )


def test_every_moment_has_words_and_every_length_its_singular() -> None:
    assert set(STARTS) == set(Anchor)
    assert all(start_of("gdpr", anchor, lang) for anchor in STARTS for lang in ("sv", "en"))
    assert [length(Period(minutes=1, hours=1, days=1, months=1), lang) for lang in ("sv", "en")] == [
        "1 minut, 1 timme, 1 dag eller 1 månad, det som tar slut först",
        "1 minute, 1 hour, 1 day or 1 month, whichever ends first",
    ]
    assert length(Period(), "sv") == ""
