"""Law section h and ux 6.3: what a letter under Art. 34 must hold, and what must not be in it."""

from pathlib import Path

import pytest

from core.moment import utc
from notifications import letters
from notifications.authorities import AUTHORITIES
from notifications.letters.actions import ACTIONS, actions_for, advice
from notifications.letters.blocks import Block, compose, sections
from notifications.letters.consequences import consequences
from notifications.letters.data import WORDS, not_involved
from notifications.letters.languages import LANGUAGES
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

LETTERS = Path(letters.__path__[0])
SWEDISH = LANGUAGES["sv"].rules
KINDS = ["personal_number", "contact"]
SAID = {
    "sv": ("Vi mejlade en lista över hyreskunder till fel företag. Filen är nu borta därifrån.",
           "Listor delas nu bara inne i kundsystemet."),
    "en": ("We e-mailed a list of customers to the wrong company. The file is now gone from there.",
           "Lists are now shared inside the customer system only."),
    "nb": ("Vi sendte en liste over leiekunder på e-post til feil firma. Filen er nå borte derfra.",
           "Lister deles nå bare inne i kundesystemet."),
    "lt": ("Klientų sąrašą išsiuntėme ne tai įmonei. Dabar failo ten nebėra.",
           "Sąrašais dabar dalijamės tik klientų sistemoje."),
}  # fmt: skip


def values(lang: str) -> dict[str, str]:
    """What fills a letter, as long as a real one."""
    language, at = LANGUAGES[lang], utc(2026, 11, 20, 15, 40)
    happened, done = SAID[lang]
    return {
        "name": "Tove Ångström",
        "company": "Nordhamn Verktyg AB",
        "reference": "PUI-2026-7K3Q",
        "what_happened": happened,
        "when": language.happened(at, "Europe/Stockholm"),
        "earlier": language.happened(at, "Europe/Stockholm"),
        "your_data": "\n".join(f"- {WORDS[kind].say[lang]}" for kind in KINDS),
        "not_involved": language.not_involved.format(data=not_involved(["health", "bank_card"], [], lang)),
        "consequences": consequences(KINDS, lang),
        "measures": done,
        "advice": advice(actions_for(KINDS), lang),
        "contact_name": "Maria Ek",
        "contact_phone": "+46 31 390 06 40",
        "contact_hours": language.hours("weekdays", "09:00", "16:00"),
        "next_message": language.next_by.format(day=language.day(at.date())),
        "authority": AUTHORITIES["imy"].in_letters[lang],
        "authority_address": "Box 8114, 104 20 Stockholm",
        "notice_page": language.notice_page.format(address="nordhamn.example/notice/PUI-2026-7K3Q",
                                                   phrase=" ".join(language.phrase_words[:4])),
    }  # fmt: skip


def codes(text: str, lang: str = "sv") -> set[ProblemCode]:
    return {problem.code for problem in check(text, LANGUAGES[lang].rules)}


def letter(**changes: str) -> str:
    """A short, sound letter in Swedish; `changes` replace blocks."""
    blocks = dict.fromkeys(Block, "Vi skriver kort.") | {Block(name): text for name, text in changes.items()}
    return compose("Hej {{ name }},", blocks, "{{ company }}", LANGUAGES["sv"].headings)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", TEMPLATES)
def test_every_reviewed_letter_is_short_plain_and_whole_when_filled(code: str, lang: str) -> None:
    written, rules = TEMPLATES[code].letter[lang], LANGUAGES[lang].rules
    body = written.body(lang)
    assert check(body, rules, values(lang)) == []
    assert check_subject(written.subject, rules) == []
    filled = fill(body, values(lang))
    assert "{{" not in filled
    assert len(words(filled)) <= 350


@pytest.mark.parametrize("code", TEMPLATES)
def test_all_languages_of_a_letter_use_the_same_placeholders(code: str) -> None:
    used = [set(placeholders(TEMPLATES[code].letter[lang].body(lang))) for lang in LANGUAGES]
    wanted = set(ALLOWED) - (set() if TEMPLATES[code].follows else {"earlier"})
    assert all(one == wanted for one in used)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_blocks_stand_in_the_order_of_the_law(lang: str) -> None:
    body, known = TEMPLATES["generic"].letter[lang].body(lang), LANGUAGES[lang].headings
    assert [heading for heading, _ in sections(body, known) if heading] == [known[block] for block in Block]


def test_a_sound_letter_has_no_problems() -> None:
    assert check(letter(), SWEDISH) == []


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
        ("Kan eventuelt være lest.", ProblemCode.FORBIDDEN_PHRASE),
        ("Vi tar sikkerheten på største alvor.", ProblemCode.FORBIDDEN_PHRASE),
        ("Det er ingen tegn til misbruk.", ProblemCode.FORBIDDEN_PHRASE),
        ("Det er ingen grunn til bekymring.", ProblemCode.FORBIDDEN_PHRASE),
        ("Galbūt duomenys pateko kitam.", ProblemCode.FORBIDDEN_PHRASE),
        ("Neturime jokių įrodymų, kad duomenimis naudotasi.", ProblemCode.FORBIDDEN_PHRASE),
        ("Nėra pagrindo nerimauti.", ProblemCode.FORBIDDEN_PHRASE),
        ("Klikk her for å bytte.", ProblemCode.LINK),
        ("Spauskite čia.", ProblemCode.LINK),
        ("Se vedlegget.", ProblemCode.ATTACHMENT),
        ("Žiūrėkite priedą.", ProblemCode.ATTACHMENT),
        ("Svar med fødselsnummeret ditt.", ProblemCode.ASKS_FOR_SECRETS),
        ("Atsiųskite mums savo slaptažodį.", ProblemCode.ASKS_FOR_SECRETS),
        ("Hej {{ fornamn }}", ProblemCode.UNKNOWN_PLACEHOLDER),
        ("Hej {{ name|upper }}", ProblemCode.BROKEN_PLACEHOLDER),
        ("ord " * 400, ProblemCode.TOO_LONG),
    ],
)
def test_what_must_not_be_in_a_letter_is_named_and_stops_it(text: str, problem: ProblemCode) -> None:
    found = [one for one in check(letter(nature=text), SWEDISH) if one.code is problem]
    assert found
    assert found[0].stops
    assert found[0].message.format(**found[0].params)


@pytest.mark.parametrize(
    "text",
    [
        "Never give your password to anyone.",
        "Uppge aldrig ditt lösenord.",
        "Skriv till a@b.example",
        "Oppgi aldri passordet ditt.",
        "Niekam neatsiųskite slaptažodžio.",
        "Pakeiskite slaptažodį.",
    ],
)
def test_good_advice_is_not_mistaken_for_phishing(text: str) -> None:
    assert codes(letter(advice=text)) == set()


def test_a_missing_or_empty_block_is_named() -> None:
    problems = check(letter(contact=" "), SWEDISH)
    assert [(one.code, dict(one.params)) for one in problems] == [(ProblemCode.MISSING_BLOCK, {"heading": "Kontakt"})]
    assert len([one for one in check("Hej", LANGUAGES["en"].rules) if one.code is ProblemCode.MISSING_BLOCK]) == len(
        Block
    )


def test_more_than_five_actions_and_hard_text_are_advised_against_but_do_not_stop() -> None:
    many = "\n".join(f"{number}. Gör det." for number in range(1, 8))
    hard = "Personuppgiftsincidenthanteringsrutinerna förutsätter sammanhängande dokumentationsunderlag " * 9
    problems = check(letter(advice=many, measures=hard), SWEDISH)
    assert {one.code for one in problems} == {ProblemCode.TOO_MANY_ACTIONS, ProblemCode.HARD_TO_READ}
    assert not any(one.stops for one in problems)


def test_what_the_writer_puts_into_the_values_is_looked_through_too() -> None:
    soothing = values("sv") | {"what_happened": "Det är ingen anledning till oro."}
    problems = check(TEMPLATES["generic"].letter["sv"].body("sv"), SWEDISH, soothing)
    assert [one.code for one in problems] == [ProblemCode.FORBIDDEN_PHRASE]


@pytest.mark.parametrize("subject", ["", "x" * 79, "two\nlines", "Läs https://x.example", "{{ oops }}"])
def test_a_subject_is_one_short_plain_line(subject: str) -> None:
    assert check_subject(subject, SWEDISH)


def test_the_reading_index_is_not_judged_where_it_says_nothing() -> None:
    hard = "Asmensduomenųapsaugospareigūnas prižiūri dokumentavimą " * 12
    body = TEMPLATES["generic"].letter["lt"].body("lt")
    assert codes(f"{body}\n{hard}", "lt") == set()
    assert codes(f"{TEMPLATES['generic'].letter['nb'].body('nb')}\n{hard}", "nb") == {ProblemCode.HARD_TO_READ}


def test_a_placeholder_that_nothing_is_put_into_stops_the_letter() -> None:
    told = values("sv")
    del told["earlier"]
    problems = check(TEMPLATES["correction"].letter["sv"].body("sv"), SWEDISH, told)
    assert [(one.code, dict(one.params)) for one in problems] == [(ProblemCode.NOTHING_TO_PUT_IN, {"name": "earlier"})]


def test_a_line_that_only_holds_what_is_empty_goes() -> None:
    told = values("sv") | {"not_involved": "", "authority_address": ""}
    filled = fill(TEMPLATES["generic"].letter["sv"].body("sv"), told)
    assert "Adress" not in filled
    assert "\n\n\n" not in filled


@pytest.mark.parametrize("file", sorted(LETTERS.rglob("*.toml")), ids=lambda file: file.stem)
def test_a_card_with_norwegian_or_lithuanian_says_that_a_native_reader_must_see_it(file: Path) -> None:
    if file.stem not in {"sv", "en"}:
        assert "to be reviewed by a native reader" in file.read_text("utf-8").partition("\n[")[0]


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
    assert codes(letter(advice=advice(chosen, lang))) <= {ProblemCode.HARD_TO_READ}


def test_every_kind_of_data_gets_some_advice() -> None:
    assert actions_for(["work_related"])
    assert len({action.code for action in ACTIONS}) == len(ACTIONS)


def test_the_letter_is_suggested_from_the_kind_of_report() -> None:
    assert suggested("sent_wrong") == "wrong_recipient"
    assert suggested("lost_stolen") == "lost_device"
    assert suggested("fire_water_power") == "generic"
