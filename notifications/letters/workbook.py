"""A list saved as a workbook (.xlsx, .xlsm): the first sheet that anybody sees and that has rows. Nothing runs."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from core.errors import N_, Invalid
from notifications.letters.cell_text import shown
from notifications.letters.spreadsheet import EMPTY, FIELD, MOST_COLUMNS, NO_VALUE, Record
from notifications.letters.workbook_bounds import DAMAGED, PROTECTED, Part, bounded, column_letters

OLD = N_("This is a workbook of the old kind (.xls). Save it as .xlsx and choose it again.")
BINARY = N_("This is a binary workbook (.xlsb). Save it as .xlsx and choose it again.")
OPEN_DOCUMENT = N_("This is an OpenDocument file. Save it as .xlsx or CSV and choose it again.")
NO_WORKBOOK = N_("This is no workbook, whatever its name says. Choose the file with the list.")
ALL_HIDDEN = N_("Only a hidden sheet of the workbook has rows. Show it, save the workbook and choose it again.")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# What the reader of workbooks raises when the parts of a file contradict each other.
BROKEN = (
    *(ArithmeticError, AttributeError, BadZipFile, EOFError, LookupError, NotImplementedError, OSError),
    *(RuntimeError, SyntaxError, TypeError, ValueError, struct.error, zlib.error),
)
# Its warnings quote what stands in a cell, and a warning ends in the log.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")


@dataclass(frozen=True, slots=True)
class Workbook:
    """A sheet, its name, and the names of the sheets that are left alone."""

    name: str
    others: tuple[str, ...]
    _sheet: Any
    _part: Part

    @property
    def last(self) -> int:
        return self._part.last

    def rows(self) -> Iterator[Record]:
        """Row after row with the numbers the spreadsheet shows; a formula gives what it showed when it was saved.

        Raises:
            Invalid: the file is damaged.
        """
        try:
            self._sheet.reset_dimensions()
            rows = self._sheet.iter_rows(max_col=MOST_COLUMNS)
            for number, cells in enumerate(islice(rows, self._part.last), start=1):
                yield number, tuple(self._text(number, at, cell) for at, cell in enumerate(cells, start=1))
        except BROKEN:
            raise Invalid({FIELD: DAMAGED}) from None

    def _text(self, row: int, column: int, cell: Any) -> str:
        value = cell.value
        if value is None:
            return NO_VALUE if self._part.formulas and f"{column_letters(column)}{row}" in self._part.formulas else ""
        return value if type(value) is str and "_x00" not in value else shown(value, _format(cell))


def _format(cell: Any) -> str:
    return str(cell.number_format) if type(cell.value) in {int, float} else ""


def refuse_old(file: BinaryIO) -> None:
    """An old workbook and a protected one are both such a file.

    Raises:
        Invalid: always.
    """
    last = b""
    while chunk := file.read(2**20):
        if ENCRYPTED in last + chunk:
            raise Invalid({FIELD: PROTECTED})
        last = chunk[-len(ENCRYPTED) :]
    raise Invalid({FIELD: OLD})


def opened(file: BinaryIO) -> Workbook:
    """Look through a workbook and open the sheet with the list.

    Raises:
        Invalid: it is something else, protected, damaged or far too much; or no visible sheet has rows.
    """
    import openpyxl

    try:
        with ZipFile(file) as archive:
            _require_workbook(archive)
            parts = bounded(archive)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        return _chosen(book.worksheets, parts)
    except BROKEN:
        raise Invalid({FIELD: DAMAGED}) from None


def _require_workbook(archive: ZipFile) -> None:
    names = set(archive.namelist())
    with suppress(KeyError):
        if archive.getinfo("mimetype").file_size < 100 and b"opendocument" in archive.read("mimetype"):
            raise Invalid({FIELD: OPEN_DOCUMENT})
    if "xl/workbook.bin" in names:
        raise Invalid({FIELD: BINARY})
    if not any(name.startswith("xl/") for name in names):
        raise Invalid({FIELD: NO_WORKBOOK})


def _chosen(sheets: list[Any], parts: dict[str, Part]) -> Workbook:
    """The first visible sheet with a row below its headings; else the first with anything."""
    found = [(sheet, parts[sheet._worksheet_path]) for sheet in sheets]
    visible = [(sheet, part) for sheet, part in found if sheet.sheet_state == "visible" and part.rows]
    if not visible:
        raise Invalid({FIELD: ALL_HIDDEN if any(part.rows for _, part in found) else EMPTY})
    sheet, part = next((one for one in visible if one[1].rows > 1), visible[0])
    others = tuple(str(other.title) for other, _ in found if other is not sheet)
    return Workbook(str(sheet.title), others, sheet, part)
