"""Workbooks for spreadsheets. The only module that writes XLSX, so that no cell can become a formula (security.md I3).

Text is written as text whatever it begins with. Rows go to a file one by one: memory stays flat however many they are.
"""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from core.errors import N_, TooLarge
from core.settings import Settings
from core.tables import Cell
from core.workrooms import workroom

MOST_ROWS = 1_048_576  # what the format holds
LONGEST = 32_767  # characters of one cell
CHUNK = 256 * 1024
MADE = datetime(1980, 1, 1)  # noqa: DTZ001 - the format's own beginning, as of the files inside
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(rows: Iterable[Iterable[Cell]], name: str, settings: Settings) -> IO[bytes]:
    """A workbook with one sheet, as a nameless file that stands at its beginning. Killed on the way, the parts of it
    lie in a room that is swept.

    Raises:
        TooLarge: more rows than the format holds.
    """
    with workroom(settings) as room:
        made = tempfile.TemporaryFile(dir=room)  # noqa: SIM115 - who asked for it reads and closes it
        try:
            _fill(Workbook(made, {**OPTIONS, "tmpdir": str(room)}), rows, name)
        except BaseException:
            made.close()
            raise
    made.seek(0)
    return made


def _fill(book: Workbook, rows: Iterable[Iterable[Cell]], name: str) -> None:
    book.set_properties({"created": MADE})  # not a clock: the same rows give the same bytes
    sheet = book.add_worksheet(name[:31])
    for number, row in enumerate(rows):
        if number == MOST_ROWS:
            raise TooLarge(N_("That is more than a workbook holds. Choose a shorter period, or take CSV or JSON."))
        _write(sheet, number, row)
    book.close()


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """The file part by part; it is gone when all of it is read, or nobody reads on."""
    with file:
        while part := file.read(CHUNK):
            yield part


def _write(sheet: Worksheet, number: int, row: Iterable[Cell]) -> None:
    for column, value in enumerate(row):
        if isinstance(value, bool):
            sheet.write_boolean(number, column, value)
        elif isinstance(value, int):
            sheet.write_number(number, column, value)
        elif isinstance(value, datetime):
            sheet.write_string(number, column, value.isoformat(timespec="seconds"))
        elif isinstance(value, date):
            sheet.write_string(number, column, value.isoformat())
        elif value:
            sheet.write_string(number, column, value[:LONGEST])
