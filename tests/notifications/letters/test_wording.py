"""Law section h and ux 6.3: what a letter under Art. 34 must hold, and what must not be in it."""

import pytest

from notifications.letters.actions import ACTIONS, actions_for, advice
from notifications.letters.blocks import HEADINGS, Block, compose, sections
from notifications.letters.placeholders import ALLOWED, fill, placeholders
from notifications.letters.templates import TEMPLATES, suggested
from notifications.letters.wording import (
    SENTENCES,
    ProblemCode,
    check,
    check_subject,
    lix,
    words,
)

LANGUAGES = ("sv", "en")
VALUES = {
    "sv": {
        "name": "Tove Ångström",
        "company": "Nordhamn Verktyg AB",
        "reference": "PUI-2026-7K3Q",
        "what_happened": "Vi mejlade en lista över hyreskunder till fel företag. Filen är nu borta därifrån.",
        "when": "fredag 20 november 2026 kl. 16.40",
        "your_data": "- ditt namn\n- din adress\n- ditt personnummer",
        "consequences": "Någon kan försöka köpa något i ditt namn.",
        "measures": "Listor delas nu bara inne i kundsystemet.",
        "advice": advice(actions_for(["personal_number", "contact"]), "sv"),
        "contact_name": "Maria Ek, dataskyddsombud,",
        "contact_phone": "031-390 06 40",
        "authority": "Integritetsskyddsmyndigheten",
        "notice_page": "nordhamn.example/notice/PUI-2026-7K3Q",
    },
    "en": {
        "name": "Tove Ångström",
        "company": "Nordhamn Verktyg AB",
        "reference": "PUI-2026-7K3Q",
        "what_happened": "We e-mailed a list of customers to the wrong company. The file is now gone from there.",
        "when": "on Friday 20 November 2026 at 16:40",
        "your_data": "- your name\n- your address\n- your personal number",
        "consequences": "Someone can try to buy something in your name.",
        "measures": "Lists are now shared inside the customer system only.",
        "advice": advice(actions_for(["personal_number", "contact"]), "en"),
        "contact_name": "Maria Ek, data protection officer,",
        "contact_phone": "+46 31 390 06 40",
        "authority": "the Swedish Authority for Privacy Protection",
        "notice_page": "nordhamn.example/notice/PUI-2026-7K3Q",
    },
}


def codes(text: str, lang: str = "sv") -> set[ProblemCode]:
    return {problem.code for problem in check(text, lang)}


def letter(**changes: str) -> str:
    """A short, sound letter in Swedish; `changes` replace blocks."""
    blocks = dict.fromkeys(Block, "Vi skriver kort.") | {Block(name): text for name, text in changes.items()}
    return compose("Hej {{ name }},", blocks, "{{ company }}", "sv")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", TEMPLATES)
def test_every_reviewed_letter_is_short_plain_and_whole_when_filled(code: str, lang: str) -> None:
    written = TEMPLATES[code].in_(lang)
    body = written.body(lang)
    assert check(body, lang, VALUES[lang]) == []
    assert check_subject(written.subject) == []
    filled = fill(body, VALUES[lang])
    assert "{{" not in filled
    assert len(words(filled)) <= 350


@pytest.mark.parametrize("code", TEMPLATES)
def test_both_languages_of_a_letter_use_the_same_placeholders(code: str) -> None:
    swedish, english = (set(placeholders(TEMPLATES[code].in_(lang).body(lang))) for lang in LANGUAGES)
    assert swedish == english == set(ALLOWED)


def test_the_blocks_stand_in_the_order_of_the_law() -> None:
    headings = [heading for heading, _ in sections(TEMPLATES["generic"].sv.body("sv"), "sv") if heading]
    assert headings == list(HEADINGS["sv"].values())


def test_a_sound_letter_has_no_problems() -> None:
    assert check(letter(), "sv") == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Uppgifterna kan eventuellt ha lästs.", ProblemCode.FORBIDDEN_PHRASE),
        ("Vi tar säkerheten på största\nallvar.", ProblemCode.FORBIDDEN_PHRASE),
        ("Det finns inga tecken på missbruk.", ProblemCode.FORBIDDEN_PHRASE),
        ("Your data might be affected.", ProblemCode.FORBIDDEN_PHRASE),
        ("We take the security of your data very seriously.", ProblemCode.FORBIDDEN_PHRASE),
        ("We have no evidence of misuse.", ProblemCode.FORBIDDEN_PHRASE),
        ("Svara gärna på vår enkät.", ProblemCode.FORBIDDEN_PHRASE),
        ("Läs mer på https://nordhamn.example", ProblemCode.LINK),
        ("Gå till nordhamn.example/konto och logga in.", ProblemCode.LINK),
        ("Klicka här för att byta.", ProblemCode.LINK),
        ("<a>länk</a>", ProblemCode.LINK),
        ("Läs den bifogade filen.", ProblemCode.ATTACHMENT),
        ("See the attached file.", ProblemCode.ATTACHMENT),
        ("Svara med ditt personnummer.", ProblemCode.ASKS_FOR_SECRETS),
        ("Please confirm your password.", ProblemCode.ASKS_FOR_SECRETS),
        ("Hej {{ fornamn }}", ProblemCode.UNKNOWN_PLACEHOLDER),
        ("Hej {{ name|upper }}", ProblemCode.BROKEN_PLACEHOLDER),
        ("ord " * 400, ProblemCode.TOO_LONG),
    ],
)
def test_what_must_not_be_in_a_letter_is_named_and_stops_it(text: str, problem: ProblemCode) -> None:
    found = [one for one in check(letter(nature=text), "sv") if one.code is problem]
    assert found
    assert found[0].stops
    assert found[0].message.format(**found[0].params)


@pytest.mark.parametrize(
    "text", ["Never give your password to anyone.", "Uppge aldrig ditt lösenord.", "Skriv till a@b.example"]
)
def test_good_advice_is_not_mistaken_for_phishing(text: str) -> None:
    assert codes(letter(advice=text)) == set()


def test_a_missing_or_empty_block_is_named() -> None:
    problems = check(letter(contact=" "), "sv")
    assert [(one.code, dict(one.params)) for one in problems] == [(ProblemCode.MISSING_BLOCK, {"heading": "Kontakt"})]
    assert len([one for one in check("Hej", "en") if one.code is ProblemCode.MISSING_BLOCK]) == len(Block)


def test_more_than_five_actions_and_hard_text_are_advised_against_but_do_not_stop() -> None:
    many = "\n".join(f"{number}. Gör det." for number in range(1, 8))
    hard = "Personuppgiftsincidenthanteringsrutinerna förutsätter sammanhängande dokumentationsunderlag " * 9
    problems = check(letter(advice=many, measures=hard), "sv")
    assert {one.code for one in problems} == {ProblemCode.TOO_MANY_ACTIONS, ProblemCode.HARD_TO_READ}
    assert not any(one.stops for one in problems)


def test_what_the_writer_puts_into_the_values_is_looked_through_too() -> None:
    values = VALUES["sv"] | {"what_happened": "Det är ingen anledning till oro."}
    problems = check(TEMPLATES["generic"].sv.body("sv"), "sv", values)
    assert [one.code for one in problems] == [ProblemCode.FORBIDDEN_PHRASE]


@pytest.mark.parametrize("subject", ["", "x" * 79, "two\nlines", "Läs https://x.example", "{{ oops }}"])
def test_a_subject_is_one_short_plain_line(subject: str) -> None:
    assert check_subject(subject)


def test_lix_is_sentence_length_plus_the_share_of_long_words() -> None:
    assert lix("Vi skriver kort. Du läser.") == round(5 / 2 + 100 * 1 / 5)
    assert lix("") == 0


def test_every_problem_has_a_sentence() -> None:
    assert set(SENTENCES) == set(ProblemCode)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_advice_is_keyed_to_the_data_at_most_five_and_most_urgent_first(lang: str) -> None:
    chosen = actions_for(["login", "bank_card", "personal_number", "id_document"])
    assert len(chosen) == 5
    assert [action.urgency for action in chosen] == sorted(action.urgency for action in chosen)
    assert advice(chosen, lang).startswith("1. ")
    assert "change_password" in {action.code for action in chosen}
    assert check(letter(advice=advice(chosen, "sv")), "sv") == []


def test_every_kind_of_data_gets_some_advice() -> None:
    assert actions_for(["work_related"])
    assert len({action.code for action in ACTIONS}) == len(ACTIONS)


def test_the_letter_is_suggested_from_the_kind_of_report() -> None:
    assert suggested("sent_wrong") == "wrong_recipient"
    assert suggested("lost_stolen") == "lost_device"
    assert suggested("fire_water_power") == "generic"
