"""Letters in four languages: who gets which, days and hours as they are written there, and nothing left in another."""

from datetime import date

import pytest

from core.moment import utc
from notifications.letters.blocks import Block
from notifications.letters.data import WORDS, in_language, known, not_involved, unknown
from notifications.letters.languages import LANGUAGES, Certainty, read_by
from notifications.letters.letter import trial, unmarked
from notifications.letters.manuscript import Version


@pytest.mark.parametrize(
    ("written", "language", "asked_for"),
    [
        ("sv", "sv", True), ("SV-FI", "sv", True), ("nb", "nb", True), ("nn", "nb", True), ("no", "nb", True),
        ("lt-LT", "lt", True), ("lietuvių", "lt", True), ("en_GB", "en", True), ("se", "sv", False), ("", "sv", False),
        ("klingon", "sv", False),
    ],
)  # fmt: skip
def test_each_reads_their_own_language_or_the_companys(written: str, language: str, asked_for: bool) -> None:
    assert read_by(written, "sv") == (language, asked_for)


@pytest.mark.parametrize(
    ("lang", "happened"),
    [
        ("sv", "söndag 1 november 2026"),
        ("en", "on Sunday 1 November 2026"),
        ("nb", "søndag 1. november 2026"),
        ("lt", "2026 m. lapkričio 1 dieną"),
    ],
)
def test_a_day_is_written_as_its_readers_write_it_in_the_companys_zone(lang: str, happened: str) -> None:
    assert LANGUAGES[lang].happened(utc(2026, 10, 31, 23, 30), "Europe/Stockholm") == happened


@pytest.mark.parametrize(
    ("lang", "hours"),
    [
        ("sv", "vardagar kl. 9.00–16.30"),
        ("en", "on weekdays 9:00–16:30"),
        ("nb", "på hverdager kl. 9.00–16.30"),
        ("lt", "darbo dienomis 9.00–16.30 val."),
    ],
)
def test_telephone_hours(lang: str, hours: str) -> None:
    assert LANGUAGES[lang].hours("weekdays", "09:00", "16:30") == hours


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_day_of_the_year_can_be_written(lang: str) -> None:
    assert len({LANGUAGES[lang].day(date.fromordinal(date(2026, 1, 1).toordinal() + day)) for day in range(365)}) == 365


@pytest.mark.parametrize("lang", LANGUAGES)
def test_how_sure_we_are_is_said_in_three_words_only(lang: str) -> None:
    assert set(LANGUAGES[lang].certainty) == set(Certainty)
    assert len(set(LANGUAGES[lang].certainty.values())) == 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_of_a_list_are_read_in_the_language_of_each(lang: str) -> None:
    said = in_language(["Personnummer", "fødselsnummer", "namn", "skostorlek"], lang, {"skostorlek": "39"})
    assert said == (WORDS["personal_number"].say[lang], WORDS["name"].say[lang], "39")
    assert unknown(["namn", "skostorlek", "skostorlek"]) == ["skostorlek"]


def test_every_word_is_known_by_all_its_names() -> None:
    assert all(known(name) is word for word in WORDS.values() for name in (word.code, *word.also, *word.say.values()))


def test_nobody_is_told_that_their_own_data_was_not_part_of_it() -> None:
    assert not_involved(["health", "login"], ["lösenord"], "nb") == "helseopplysninger"
    assert not_involved(["health"], ["hälsa"], "sv") == ""


def version(lang: str) -> Version:
    language = LANGUAGES[lang]
    body = "\n\n".join(["{{ name }}", *(f"{language.headings[block]}\nx" for block in Block), "z"])
    return Version(
        lang, "s", body.replace("x", "{{ your_data }}\n{{ not_involved }}", 1), {}, ("a",), absent=("health",)
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_person_reads_about_the_data_on_their_own_row(lang: str) -> None:
    assert f"- {WORDS['phone'].say[lang]}\n" in version(lang).filled("Åsa", ("telefon",))[1]
    assert WORDS["health"].say[lang] in version(lang).filled("Åsa", ("telefon",))[1]
    assert LANGUAGES[lang].not_involved.partition(":")[0] not in version(lang).filled("Åsa", ("hälsa",))[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_trial_says_so_in_the_language_of_the_letter(lang: str) -> None:
    made = trial(version(lang))
    assert made.text.startswith(f"TEST. {LANGUAGES[lang].trial}\n\n{LANGUAGES[lang].example}")
    assert f'<html lang="{lang}">' in made.html
    assert [heading for heading, _ in unmarked(version(lang))[1] if heading] == list(LANGUAGES[lang].headings.values())
