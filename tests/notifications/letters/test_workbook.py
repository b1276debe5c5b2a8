"""A workbook is read as the rows its spreadsheet shows; what is none, or too much, is named and nothing of it used."""

import csv
import io
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from notifications.letters.cell_text import shown
from notifications.letters.columns import confirmed, guess
from notifications.letters.list_file import read
from notifications.letters.recipients import understand
from notifications.letters.spreadsheet import FIELD, MOST_COLUMNS, Sheet
from notifications.letters.workbook import ENCRYPTED, OLE
from tests.notifications.letters.workbooks import altered, with_rows, workbook

HEADS = ("Namn", "E-post")
PERSON = ("Åsa Öberg", "asa@x.example.com")
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)  # a workbook knows no zones
SHEET = "xl/worksheets/sheet1.xml"


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as wrong:
        read(data)
    return wrong.value.fields[FIELD].format(**wrong.value.params)


def test_a_workbook_is_the_same_list_with_the_rows_numbered_as_it_shows_them() -> None:
    assert read(workbook([HEADS, (), PERSON, ("", None), (None, "bo@x.example.com")])) == Sheet(
        HEADS, ((3, PERSON), (5, ("", "bo@x.example.com")))
    )


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cn"], exclude_characters="\x00@\ufffe\uffff"), max_size=12
).filter(lambda text: "_x00" not in text and "x005F_" not in text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(TEXTS | st.just("Väg 1\nc/o B") | st.just("=1+1"), max_size=5), min_size=1, max_size=5))
def test_any_table_of_texts_is_the_same_list_from_a_workbook_and_from_csv(rows: list[list[str]]) -> None:
    rows = [["Namn", "Ort", "Nr", "Språk", "Land"], *rows]
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    found: list[object] = []
    for data in (workbook(rows), text.getvalue().encode()):
        try:
            found.append(read(data))
        except Invalid as wrong:
            found.append((wrong.fields, wrong.params))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (46701740622.0, "General", "46701740622"),
        (0.1 + 0.2, "General", "0.3"),
        (99901, "000\\ 00", "999 01"),
        (1234, "00000", "01234"),
        (123456, "00000", "123456"),
        (-5, "000", "-5"),
        (True, "General", "TRUE"),
        (MIDNIGHT, "yyyy-mm-dd", "2026-03-01"),
        (MIDNIGHT.replace(hour=14, minute=30), "General", "2026-03-01 14:30"),
        (date(2026, 3, 1), "General", "2026-03-01"),
        (time(9, 5, 7), "General", "09:05:07"),
        ("Väg 1_x000D_\nc/o B", "General", "Väg 1\r\nc/o B"),
        (float("inf"), "General", "inf"),
    ],
)
def test_a_cell_says_what_the_spreadsheet_shows(value: object, form: str, text: str) -> None:
    assert shown(value, form) == text


def test_numbers_and_dates_of_a_workbook_are_read_as_texts() -> None:
    def formats(book: Any) -> None:
        book.active["A2"].number_format = "000 00"

    sheet = read(workbook([("Nr", "Telefon", "Född"), (1234, 46701740622.0, date(1990, 5, 1))], formats))
    assert sheet.rows == ((2, ("012 34", "46701740622", "1990-05-01")),)


def test_a_formula_gives_what_it_showed_and_is_never_worked_out() -> None:
    cells = (
        '<c r="A2" t="str"><f>CONCATENATE("Å","sa")</f><v>Åsa</v></c><c r="B2" t="str"><f>IF(1,"","")</f><v></v></c>'
        '<c r="C2"><f>1+1</f><v>2</v></c><c r="D2"><f>cmd|\' /C calc\'!A0</f></c><c r="E2" t="e"><v>#N/A</v></c>'
    )
    heads = "".join(f'<c t="inlineStr"><is><t>{head}</t></is></c>' for head in ("Namn", "Språk", "Nr", "E-post", "Ort"))
    sheet = read(with_rows(f'<row r="1">{heads}</row><row r="2">{cells}</row>'))
    assert sheet.rows == ((2, ("Åsa", "", "2", "#VALUE!", "#N/A")),)
    reading = understand(sheet, confirmed(guess(sheet.heads)), "sv")
    assert [(fault.row, fault.column) for fault in reading.faults][:2] == [(2, "E-post"), (2, "Ort")]
    assert "formula" in reading.faults[0].reason


def test_the_first_visible_sheet_with_rows_is_read_and_the_others_are_named() -> None:
    def sheets(book: Any) -> None:
        book.active.title, book.active.sheet_state = "Gömd", "hidden"
        book.create_sheet("Tom")
        book.create_sheet("Rubrik").append(["Kunder 2026"])
        kept = book.create_sheet("Kunder")
        kept.append(HEADS)
        kept.append(PERSON)

    sheet = read(workbook([("X", "Y"), ("1", "2")], sheets))
    assert (sheet.name, sheet.others, sheet.rows) == ("Kunder", ("Gömd", "Tom", "Rubrik"), ((2, PERSON),))


def test_a_list_on_a_hidden_sheet_only_is_asked_for() -> None:
    def hide(book: Any) -> None:
        book.active.sheet_state = "hidden"
        book.create_sheet("Tom")

    assert "hidden sheet" in refusal(workbook([HEADS, PERSON], hide))


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


GOOD = workbook([HEADS, PERSON])


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (OLE + b"\x00" * 600 + "Workbook".encode("utf-16-le"), ".xls)"),
        (OLE + b"\x00" * (2**20 - 12) + ENCRYPTED, "password"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content=b"<x/>"), "OpenDocument"),
        (zipped(word__document=b"<x/>"), "no workbook"),
        (zipped(**{"xl__workbook.bin": b"x"}), ".xlsb"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (b"PK\x03\x04" + b"\x00" * 20, "damaged"),
        (altered(GOOD, {"xl/workbook.xml": b"<workbook"}), "damaged"),
        (altered(GOOD, {"[Content_Types].xml": None}), "damaged"),
        (altered(GOOD, {SHEET: b'<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'}), "Strict"),
        (altered(GOOD, {SHEET: GOOD[:100]}), "damaged"),
        (with_rows('<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>'), "damaged"),
        (with_rows('<row r="99999999999"/>'), "damaged"),
        (b"%PDF-1.7\n\x00", "no list"),
        (workbook([]), "empty"),
        (workbook([HEADS]), "no rows"),
        (workbook([PERSON]), "first row"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_list_is_named_and_nothing_of_it_used(data: bytes, word: str) -> None:
    assert word in refusal(data)


@pytest.mark.parametrize("alphabet", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml"])
def test_a_workbook_that_would_read_from_elsewhere_is_refused(part: str, alphabet: str) -> None:
    evil = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'
    assert "no list needs" in refusal(altered(GOOD, {part: evil.encode(alphabet)}))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (with_rows(f'<row r="1">{"<c><v>1</v></c>" * 300_000}</row>'), ["Row 1", str(MOST_COLUMNS)]),
        (with_rows('<row r="1"><c r="XFD1"><v>1</v></c></row>'), ["Row 1", str(MOST_COLUMNS)]),
        (altered(GOOD, {"xl/media/bomb": b"\x00" * (2**28 + 1)}), ["far more"]),
        (altered(GOOD, {"xl/styles.xml": b"<s>" + b"<a/>" * 300_001 + b"</s>"}), ["far more"]),
        (altered(GOOD, {f"xl/{number}": b"" for number in range(2_001)}), ["far more"]),
    ],
    ids=["cells", "column", "bytes", "elements", "parts"],
)
def test_a_workbook_that_unfolds_without_end_is_stopped(data: bytes, words: list[str]) -> None:
    assert all(word in refusal(data) for word in words)


def test_formats_that_reach_to_the_last_column_and_links_below_the_rows_are_no_fault() -> None:
    formatted = "".join(f'<c r="{column}1" s="0"/>' for column in ("C", "ZZ", "XFD"))
    heads = '<c r="A1" t="inlineStr"><is><t>Namn</t></is></c>'
    data = with_rows(f'<row r="1">{heads}{formatted}</row><row r="2"><c r="A2"><v>1</v></c></row>')
    with ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read(SHEET).decode()
    links = "</sheetData><hyperlinks>" + '<hyperlink ref="A2"/>' * 21_000 + "</hyperlinks>"
    assert read(altered(data, {SHEET: sheet.replace("</sheetData>", links).encode()})).rows == ((2, ("1",)),)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_whatever_is_broken_in_a_workbook_ends_in_one_sentence(data: st.DataObject) -> None:
    with ZipFile(io.BytesIO(GOOD)) as archive:
        name = data.draw(st.sampled_from(archive.namelist()))
        part = bytearray(archive.read(name))
    at = data.draw(st.integers(0, len(part) - 1))
    part[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    with suppress(Invalid):
        read(altered(GOOD, {name: bytes(part)}))
