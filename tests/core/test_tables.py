"""No cell of a CSV file we write is run by a spreadsheet, and nothing of a text is lost."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.moment import utc
from core.tables import BYTE_ORDER_MARK, PART, csv_lines, in_parts, safe_cell

ATTACKS = ["=1+1", "+46 31", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "＝1+1",
           "＋1", "－1", "＠a", "\ufeff=1+1", "\u200b@x", '=HYPERLINK("http://x.example")',
           "=cmd|' /C calc'!A0"]  # fmt: skip
CELLS = st.one_of(st.text(), st.sampled_from(ATTACKS), st.integers(), st.none(), st.booleans())


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_spreadsheet_would_run_becomes_text(attack: str) -> None:
    assert safe_cell(attack) == f"'{attack}"


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=6))
def test_no_cell_is_a_formula_and_no_row_or_column_is_lost(rows: list[list[str | int | None]]) -> None:
    back = read("".join(csv_lines(rows)))
    assert [len(row) for row in back] == [len(row) for row in rows]
    for row, written in zip(rows, back, strict=True):
        for value, cell in zip(row, written, strict=True):
            if isinstance(value, str):
                assert cell.lstrip()[:1] not in {*"=+-@", "＝", "＋", "－", "＠"}
                assert cell.removeprefix("'") in {value.replace("\0", ""), value.replace("\0", "").removeprefix("'")}


def test_a_number_and_a_time_are_what_they_are() -> None:
    assert safe_cell(-5) == "-5"
    assert safe_cell(utc(2026, 11, 22, 13, 5)) == "2026-11-22T13:05:00+00:00"


def test_the_file_says_that_it_is_utf_8() -> None:
    assert next(csv_lines([["Blå lådor"]])) == "\ufeffBlå lådor\r\n"


@given(st.lists(st.text(max_size=40)))
def test_parts_are_the_same_text(lines: list[str]) -> None:
    assert "".join(in_parts(lines)) == "".join(lines)


def test_many_lines_leave_in_few_parts_and_never_all_at_once() -> None:
    parts = list(in_parts("x" * 99 + "\n" for _ in range(10_000)))
    assert len(parts) == -(-1_000_000 // PART)
    assert max(map(len, parts)) < PART + 100
