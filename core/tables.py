"""Tables for other programs. The only module that writes CSV, so that no cell can become a formula.

A spreadsheet runs what starts with = + - @ (also in their wide forms), a tab or a line break; an apostrophe in front
makes it text again (security.md I3).
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime

BYTE_ORDER_MARK = "\ufeff"
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
INVISIBLE = {"Cc", "Cf", "Zl", "Zp", "Zs"}  # Unicode categories a spreadsheet may skip
PART = 64 * 1024  # characters
Cell = str | int | datetime | date | bool | None


def safe_cell(value: Cell) -> str:
    """One cell as text that no spreadsheet runs; whole numbers are what they look like and stay."""
    if isinstance(value, str):
        text = value.replace("\u0000", "")
        if text[:1].isalnum():  # nearly every cell
            return text
        return f"'{text}" if text.startswith(DANGEROUS) or _first_seen(text) in DANGEROUS else text
    if value is None:
        return ""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)


def _first_seen(text: str) -> str:
    for letter in text:
        if unicodedata.category(letter) not in INVISIBLE:
            return letter
    return ""


def csv_lines(rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180, with the mark by which Excel knows UTF-8), one at a time."""
    line = _Line()
    writer = csv.writer(line)
    mark = BYTE_ORDER_MARK
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
        yield mark + line.text
        mark = ""


def in_parts(lines: Iterable[str]) -> Iterator[str]:
    """The same text in parts of some size: a server that sends a line at a time spends its time on sending."""
    held: list[str] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= PART:
            yield "".join(held)
            held.clear()
            size = 0
    if held:
        yield "".join(held)


class _Line:
    """What the writer writes to: it keeps the last line, so a file of any length needs no memory."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text
