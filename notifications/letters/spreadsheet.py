"""A list as spreadsheets save it: comma, semicolon or tab, UTF-8 or Windows-1252, line breaks inside quotes."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import N_, Invalid

DELIMITERS = ",;\t"
MOST_ROWS = 20_000
MOST_BYTES = 8 * 2**20
FIELD = "list"
EMPTY = N_("The list is empty. Choose a file or paste the rows, headings first.")
NOT_TEXT = N_("This is not a CSV file. Save the list as CSV and choose it again.")
OPEN_QUOTE = N_("A quotation mark is opened and never closed. Look at row {row} and below.")
TOO_MANY = N_("The list has more than {most} rows. Split it.")
NO_ROWS = N_("The list has headings and no rows.")
NO_HEADINGS = N_("The first row must name the columns, for example Namn and E-post.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Headings and rows. A row carries the number a spreadsheet shows: the headings stand in row 1."""

    heads: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def decoded(data: bytes) -> str:
    """UTF-8, with or without its mark; what is not UTF-8 is read as an older Windows would.

    Raises:
        Invalid: it is no text at all.
    """
    if b"\x00" in data or data[:2] == b"PK":
        raise Invalid({FIELD: NOT_TEXT})
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read(text: str) -> Sheet:
    """The rows of a list; empty ones are left out and still counted.

    Raises:
        Invalid: nothing in it, a quotation mark left open, or too many rows.
    """
    if not text.strip():
        raise Invalid({FIELD: EMPTY})
    records = _records(text)
    filled = [(number, cells) for number, cells in records if any(cell.strip() for cell in cells)]
    if not filled or filled[0][0] != 1 or any("@" in cell for cell in filled[0][1]):
        raise Invalid({FIELD: NO_HEADINGS})
    if len(filled) == 1:
        raise Invalid({FIELD: NO_ROWS})
    if len(filled) > MOST_ROWS + 1:
        raise Invalid({FIELD: TOO_MANY}, most=MOST_ROWS)
    return Sheet(tuple(cell.strip() for cell in filled[0][1]), tuple(filled[1:]))


def _records(text: str) -> list[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    records: list[tuple[int, tuple[str, ...]]] = []
    try:
        for cells in reader:
            records.append((len(records) + 1, tuple(cells)))
    except csv.Error:
        raise Invalid({FIELD: OPEN_QUOTE}, row=len(records) + 1) from None
    return records


def delimiter(text: str) -> str:
    """What stands between the headings most often."""
    first: Sequence[str] = text.splitlines()[:1] or [""]
    return max(DELIMITERS, key=first[0].count)
