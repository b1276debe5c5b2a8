"""A list as it was sent in: what it is tells its content, never its name."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from notifications.letters import csv_rows, workbook
from notifications.letters.spreadsheet import FEW_ROWS, Record, Sheet, headed


@dataclass(frozen=True, slots=True)
class Opened:
    """The rows as they come, headings and empty ones among them, and about how many they are."""

    records: Iterator[Record]
    about: int
    name: str = ""
    others: tuple[str, ...] = ()


def opened(file: BinaryIO) -> Opened:
    """Look through the file, then give its rows one by one.

    Raises:
        Invalid: it is nothing a list can be in; one sentence says what it is instead.
    """
    start = file.read(8)
    file.seek(0)
    if start == workbook.OLE:
        workbook.refuse_old(file)
    if start[:2] == b"PK":
        book = workbook.opened(file)
        return Opened(book.rows(), book.last, book.name, book.others)
    encoding, lines = csv_rows.looked_through(file)
    return Opened(csv_rows.rows(file, encoding), lines)


def read(data: bytes, most: int = FEW_ROWS) -> Sheet:
    """A small list, whole.

    Raises:
        Invalid: it cannot be read as a list; nothing of it is used.
    """
    source = opened(BytesIO(data))
    heads, rows = headed(source.records, most)
    return Sheet(heads, tuple(rows), source.name, source.others)
