"""Tables for other programs. The only module that writes CSV, so that no cell can become a formula.

A spreadsheet runs what starts with = + - @ (also in their wide forms), a tab or a line break; an apostrophe in front
makes it text again (security.md I3).
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime

BYTE_ORDER_MARK = "\ufeff"
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
INVISIBLE = {"Cc", "Cf", "Zl", "Zp", "Zs"}  # Unicode categories a spreadsheet may skip
Cell = str | int | datetime | bool | None


def safe_cell(value: Cell) -> str:
    """One cell as text that no spreadsheet runs; whole numbers are what they look like and stay."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if not isinstance(value, str):
        return str(value)
    text = value.replace("\u0000", "")
    first = next((letter for letter in text if unicodedata.category(letter) not in INVISIBLE), "")
    return f"'{text}" if text.startswith(DANGEROUS) or first in DANGEROUS else text


def csv_lines(rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180, with the mark by which Excel knows UTF-8), one at a time."""
    line = _Line()
    writer = csv.writer(line)
    mark = BYTE_ORDER_MARK
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
        yield mark + line.text
        mark = ""


class _Line:
    """What the writer writes to: it keeps the last line, so a file of any length needs no memory."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text
