"""One document feeds the page and the PDF: nothing is lost on the way, and user text stays text."""

from core.document import Document, Paragraph, Section, Table, document_of, facts, texts, told
from core.moment import utc
from core.templating import template_environment

HOSTILE = '<script>alert(1)</script> {{ 7 * 7 }}\n"two" & rows'


def document(*blocks: Paragraph | Table, text: str = HOSTILE) -> Document:
    inner = Section(title="Inner", blocks=(Table(caption="Seats", heads=("Who", "Seat"), rows=((text, "Chair"),)),))
    first = Section(title="First", blocks=(facts(("What", text), ("Nothing", "")), *blocks), sections=(inner,))
    return Document(title="Minutes", language="en", reference="PUI-2026-7K3Q", made_at=utc(2026, 11, 22, 14, 5),
                    notice="A notice", sections=(first,))  # fmt: skip


def page(doc: Document) -> str:
    macros = template_environment("en", "Europe/Stockholm").get_template("parts/document.html")
    return str(macros.make_module({"lang": "en"}).document(doc))  # type: ignore[attr-defined]


def test_a_document_survives_as_json() -> None:
    made = document(*told("Word for word", "Anna Berg"))
    assert document_of(made.as_json) == made
    assert document_of(made.as_json).as_json == made.as_json


def test_the_page_shows_every_text_and_escapes_it() -> None:
    from markupsafe import escape

    made = document(*told("Because.", "Anna Berg"), *told("Wrong.", struck=True))
    shown = page(made)
    assert all(str(escape(text)) in shown for text in texts(made) if text != made.title)
    assert "<script>" not in shown
    assert "<s>Wrong.</s>" in shown


def test_headings_of_the_page_never_skip_a_level() -> None:
    shown = page(document())
    assert shown.count("<h2") == 1
    assert shown.count("<h3") == 1


def test_a_fact_without_a_value_is_left_out() -> None:
    assert [row.label for row in facts(("Kept", "yes"), ("Empty", "")).rows] == ["Kept"]
    assert told("  ") == ()
