"""A list saved as text: comma, semicolon or tab, line breaks inside quotes, in the alphabets spreadsheets write."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from core.errors import N_, Invalid
from notifications.letters.spreadsheet import FIELD, Record

DELIMITERS = ",;\t"
LONGEST_LINE = 2**18
LONGEST_ROW = 2**20
UTF16 = (b"\xff\xfe", b"\xfe\xff")
UTF32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
NOT_TEXT = N_("This is no list we can read. Save it as an Excel workbook (.xlsx) or as CSV and choose it again.")
UNREADABLE = N_("The letters of line {row} cannot be read. Save the list as CSV UTF-8 and choose it again.")
OPEN_QUOTE = N_("A quotation mark is opened and never closed. Look at row {row} and below.")
TOO_LONG = N_("Row {row} is far too long for a list. A quotation mark is open, or it has too many columns.")


def looked_through(file: BinaryIO) -> tuple[str, int]:
    """The alphabet and how many lines: UTF-16 with its mark, UTF-8 with or without, else as an older Windows writes.

    Raises:
        Invalid: it is no text, it changes its alphabet on the way, or a line is endless.
    """
    start = file.read(4)
    file.seek(0)
    if start in UTF32:
        raise Invalid({FIELD: UNREADABLE}, row=1)
    if start[:2] in UTF16:
        return "utf-16", _lines_of_utf16(file)
    windows, lines = _looks_like_windows(file)
    if windows and start[:3] == b"\xef\xbb\xbf":
        raise Invalid({FIELD: UNREADABLE}, row=windows)
    return "cp1252" if windows else "utf-8-sig", lines


def _looks_like_windows(file: BinaryIO) -> tuple[int, int]:
    """The first line that is not UTF-8, or 0, and the last line. A mixture of both would turn names into others."""
    windows = utf8 = number = 0
    for number, line in _lines(file):
        if b"\x00" in line:
            raise Invalid({FIELD: NOT_TEXT})
        if line.isascii():
            continue
        try:
            line.decode()
        except UnicodeDecodeError:
            windows = windows or number
        else:
            utf8 = utf8 or number
        if windows and (utf8 or not _is_windows(line)):
            raise Invalid({FIELD: UNREADABLE}, row=number)
    file.seek(0)
    return windows, number


def _is_windows(line: bytes) -> bool:
    try:
        line.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise Invalid({FIELD: TOO_LONG}, row=number)
        yield number, line


def _lines_of_utf16(file: BinaryIO) -> int:
    number, text = 0, io.TextIOWrapper(file, "utf-16", newline="")
    try:
        while line := text.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise Invalid({FIELD: TOO_LONG}, row=number)
            if "\x00" in line:
                raise Invalid({FIELD: NOT_TEXT})
    except UnicodeError:
        raise Invalid({FIELD: UNREADABLE}, row=number + 1) from None
    finally:
        text.detach()
    file.seek(0)
    return number


def rows(file: BinaryIO, encoding: str) -> Iterator[Record]:
    """Row after row; each carries the number a spreadsheet shows, however many lines it takes.

    Raises:
        Invalid: a quotation mark is left open, or a row is endless.
    """
    text = io.TextIOWrapper(file, encoding, newline="")
    first = text.readline(LONGEST_LINE)
    text.seek(0)
    lines = _Lines(text)
    try:
        for cells in csv.reader(lines, delimiter=delimiter(first), strict=True):
            yield lines.row, tuple(cells)
            lines.next_row()
    except csv.Error:
        raise Invalid({FIELD: OPEN_QUOTE}, row=lines.row) from None
    finally:
        if not file.closed:
            text.detach()  # else the file would close with the last look at it


class _Lines:
    """The lines handed to the reader of CSV, which would gather the cells of one row without end."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self.row, self._length = text, 1, 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        self._length += len(line)
        if len(line) == LONGEST_LINE or self._length > LONGEST_ROW:
            raise Invalid({FIELD: TOO_LONG}, row=self.row)
        if not line:
            raise StopIteration
        return line

    def next_row(self) -> None:
        self.row, self._length = self.row + 1, 0


def delimiter(line: str) -> str:
    """What stands between the headings most often."""
    return max(DELIMITERS, key=next(islice(line.splitlines(), 1), "").count)
