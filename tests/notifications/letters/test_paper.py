"""Letters for window envelopes: the address shows wherever the sheet slides, and nothing else of the letter does."""

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.moment import utc
from core.organisation import Organisation
from notifications.letters.languages import LANGUAGES
from notifications.letters.letter import Letter
from notifications.letters.paper import Sheet, on_paper
from notifications.letters.placeholders import fill
from notifications.letters.templates import TEMPLATES
from notifications.letters.window import ADDRESS, C5, E65, SENDER, SHEET, TEXT_TOP, Box, Envelope, Side
from tests.core.test_pdf import HOSTILE, streams
from tests.fixtures.pdf_text import pdf_text
from tests.notifications.letters.test_wording import values

NOW = utc(2026, 11, 22, 13, 5)
PAGES = re.compile(rb"/Type/Pages/Count (\d+)")
ENVELOPES = list(product([E65, C5], Side))


@pytest.mark.parametrize(("envelope", "side"), ENVELOPES)
def test_the_address_shows_wherever_the_sheet_slides(envelope: Envelope, side: Side) -> None:
    assert envelope.shows(ADDRESS[side], side)


@pytest.mark.parametrize(("envelope", "side"), ENVELOPES)
def test_nothing_else_of_the_letter_can_be_read_through_the_window(envelope: Envelope, side: Side) -> None:
    assert envelope.hides(SENDER[side], side)
    assert envelope.hides(Box(0, TEXT_TOP, SHEET[0], envelope.folded - TEXT_TOP), side)
    assert not envelope.hides(ADDRESS[side], side)


def company() -> Organisation:
    return Organisation(name="Nordhamn Verktyg AB", phone="031-390 06 42", address="Hamngatan 1\n400 00 Nordhamn",
                        zone="Europe/Stockholm", intake_code="x")  # fmt: skip


def sheet(lang: str, *to: str, text: str = "") -> Sheet:
    card = TEMPLATES["generic"].letter[lang]
    return Sheet(lang, to, Letter(card.subject, text or fill(card.body(lang), values(lang)), ""))


def made(*sheets: Sheet, side: Side = Side.RIGHT) -> bytes:
    return on_paper(sheets, company(), "PUI-2026-7K3Q", side, NOW)


def test_each_letter_has_a_page_of_its_own_in_its_language() -> None:
    found = made(*(sheet(lang, "Eglė Netikrūnienė", "Išgalvotoji g. 63", "LT-99002 Išgalviškės") for lang in LANGUAGES))
    assert PAGES.findall(found) == [str(len(LANGUAGES)).encode()]
    text = pdf_text(found)
    for lang, language in LANGUAGES.items():
        assert TEMPLATES["generic"].letter[lang].subject.replace(" ", "") in text
        assert language.day(NOW.date()).replace(" ", "") in text
    assert text.count("LT-99002Išgalviškės") == len(LANGUAGES)


def test_it_is_tagged_and_says_its_languages() -> None:
    found = streams(made(sheet("sv", "Åsa"), sheet("lt", "Eglė")))
    for said in (b"/MarkInfo", b"/StructTreeRoot", b"pdfuaid:part", b"pdfaid:part", b"/H1", b"/H2", b"/L"):
        assert said in found, said
    assert re.search(rb"/Lang\s*\(sv", found)
    assert re.search(rb"/Lang\s*\(lt", found)


def test_the_same_letters_give_the_same_bytes() -> None:
    assert made(sheet("nb", "Kari")) == made(sheet("nb", "Kari"))
    assert made(sheet("nb", "Kari")) != made(sheet("nb", "Kari"), side=Side.LEFT)


@pytest.mark.parametrize("text", HOSTILE[:10], ids=range(10))
def test_what_people_write_stays_text(text: str) -> None:
    assert b"root:" not in streams(made(sheet("sv", text, text, text=f"{text}\n\n{text}")))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=9), st.text(max_size=200))
def test_no_name_and_no_text_stops_a_letter(to: list[str], text: str) -> None:
    lines = [line.encode("utf-8", "ignore").decode() for line in to]
    assert made(sheet("sv", *lines, text=text.encode("utf-8", "ignore").decode() or " ")).startswith(b"%PDF-")
