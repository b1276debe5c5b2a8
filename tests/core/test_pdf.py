"""A PDF says what its document says, in letters that never become markup, and the same each time."""

import re
import subprocess
import sys
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.document import Document, Section, Table, facts, told
from core.errors import TooLarge
from core.moment import utc
from core.pdf import LONGEST, _letters, drawable, has, is_plain, render

HOSTILE = [
    '#read("/etc/passwd")',
    '#import "@preview/tables:0.1.0": *',
    '#sys.inputs #panic() #eval("1")',
    "$x^2$ *bold* _it_ `raw` <label> @ref = heading",
    "- one\n+ two\n/ term: what\n// comment /* block */ \\ ~ ---",
    "\"quotes\" 'and' {{ braces }} [brackets] </script>",
    "first\n\nsecond\r\nthird\ttab",
    "שלום עולם مرحبا بالعالم",
    "😀👩‍👩‍👧 日本語 \x00\x07 \ud7ff \u202egnp.exe\u202c",
    "a\u030a decomposed, Ąžuolas, Žemaitija, Öland",
    "x" * 20_000,
    "ord " * 5_000,
]


def document(text: str, lang: str = "sv") -> Document:
    table = Table(caption="Seats", heads=("Who", "Seat", "Answer"), rows=((text, "Chair", text[:300]),), struck=(0,))
    inner = Section(title="Inner", blocks=(table, *told(text, "Anna Berg"), *told(text[:300], struck=True)))
    outer = Section(title="Outer", blocks=(facts(("What", text)), *told(text)), sections=(inner,))
    return Document(title="Protokoll", language=lang, reference="PUI-2026-7K3Q", company="Ellära AB",
                    made_at=utc(2026, 11, 22, 14, 5), sections=(outer,))  # fmt: skip


def streams(pdf: bytes) -> bytes:
    """The file with what is packed in it, so that its words can be looked for."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    found = [pdf]
    for one in packed:
        try:
            found.append(zlib.decompress(one))
        except zlib.error:
            found.append(one)
    return b"\n".join(found)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_people_write_stays_text(text: str) -> None:
    made = render(document(text))
    assert made.startswith(b"%PDF-")
    assert b"root:" not in streams(made)


def test_it_is_tagged_and_says_its_language_title_and_standards() -> None:
    found = streams(render(document("Skäl", "sv")))
    for said in (b"/MarkInfo", b"/Marked true", b"/StructTreeRoot", b"/Lang", b"pdfuaid:part", b"pdfaid:part",
                 b"/DisplayDocTitle true", b"Protokoll", b"/TH", b"/BlockQuote"):  # fmt: skip
        assert said in found, said
    assert re.search(rb"/Lang\s*\(sv", found)


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render(document("Skäl")) == render(document("Skäl"))
    assert render(document("Skäl")) != render(document("Skäl."))


def test_a_document_without_end_is_refused_before_anything_is_made() -> None:
    with pytest.raises(TooLarge):
        render(document("x" * (LONGEST // 2)))


def test_letters_without_a_shape_are_shown_by_their_number() -> None:
    assert drawable("a 😀 b\u202e", has) == "a [U+1F600] b[U+202E]"
    assert drawable({"k": ["é", 1, None]}, is_plain) == {"k": ["é", 1, None]}


def test_the_fonts_have_every_letter_that_is_listed() -> None:
    """The list belongs to the pinned version of Typst; a new one may bring other fonts."""
    listed = [chr(code) for start, end in zip(*_letters(), strict=True) for code in range(start, end + 1)]
    every = Section(title="Letters", blocks=told(" ".join(letter for letter in listed if has(letter))))
    shown = Document(title="x", language="en", reference="", made_at=utc(2026, 1, 1), sections=(every,))
    assert len(render(shown)) > 100_000


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_no_text_stops_a_pdf(text: str) -> None:
    assert render(document(text.encode("utf-8", "ignore").decode()))


def test_typst_is_loaded_only_where_something_is_rendered() -> None:
    code = "import sys, core.pdf; sys.exit('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
