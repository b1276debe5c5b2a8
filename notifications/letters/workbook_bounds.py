"""What a workbook may hold before any of it is built in memory: bounded parts, bounded rows, no document type.

A workbook is a ZIP of XML, so a few kilobytes can unfold to millions of cells, and a document type could name
entities. Each part is run through once without keeping it. `defusedxml`, which the reader would use when installed,
refuses entities only: it knows no bounds and says nothing when it is missing.
"""

from dataclasses import dataclass, field
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from core.errors import N_, Invalid
from notifications.letters.spreadsheet import FIELD, MOST_COLUMNS, TOO_WIDE

MOST_PARTS = 2_000
MOST_UNPACKED = 2**28
MOST_IN_A_ROW = 20_000  # formatted cells reach to column XFD, the 16,384th
MOST_TEXTS = 2_000_000
MOST_BESIDE = 300_000
LAST_ROW = 1_048_576  # of any spreadsheet
CHUNK = 2**16
PROTECTED = N_("The workbook is protected with a password. Save it without one and choose it again.")
TOO_MUCH = N_("The workbook unfolds to far more than a list. Copy the list into a new workbook, or save it as CSV.")
DAMAGED = N_("The workbook is damaged or was cut off on the way. Save it again and choose it again.")
STRICT = N_("The workbook is saved as “Strict Open XML”. Save it as an ordinary Excel workbook (.xlsx).")
DOCTYPE = N_("The workbook holds instructions that no list needs. Save it again from your spreadsheet program.")


@dataclass
class Part:
    """What one pass over a part found: of a sheet its rows that hold something, the number of the last, and the cells
    with a formula, but for those that say they show a text."""

    root: str = ""
    rows: int = 0
    last: int = 0
    formulas: set[str] = field(default_factory=set)


def bounded(archive: ZipFile) -> dict[str, Part]:
    """Every part of a workbook, looked through.

    Raises:
        Invalid: it is too much, protected, damaged or would read from elsewhere.
    """
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Invalid({FIELD: TOO_MUCH})
    if len({part.filename for part in parts}) < len(parts):
        raise Invalid({FIELD: DAMAGED})
    return {part.filename: _part(archive, part) for part in parts}


def _part(archive: ZipFile, info: ZipInfo) -> Part:
    if info.flag_bits & 1:
        raise Invalid({FIELD: PROTECTED})
    if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise Invalid({FIELD: DAMAGED})
    parser = expat.ParserCreate(namespace_separator=" ")
    look = _Look(parser)
    with archive.open(info) as file:
        try:
            while chunk := file.read(CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            if look.part.root == "worksheet":
                raise Invalid({FIELD: DAMAGED}) from None
    return look.part


class _Look:
    """Counts elements since the last row, or since the beginning where there are no rows."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.part = Part()
        self._parser = parser
        self._count = self._cells = self._filled = 0
        self._most = MOST_BESIDE
        self._cell = self._kind = ""
        parser.StartElementHandler = self._first
        parser.StartDoctypeDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise Invalid({FIELD: DOCTYPE})

    def _first(self, name: str, _: dict[str, str]) -> None:
        """The reader knows only the usual namespace and would find no rows in the strict one."""
        self.part.root = _local(name)
        if name == "http://purl.oclc.org/ooxml/spreadsheetml/main worksheet":
            raise Invalid({FIELD: STRICT})
        sheet = self.part.root == "worksheet"
        self._most = {"worksheet": MOST_IN_A_ROW, "sst": MOST_TEXTS}.get(self.part.root, MOST_BESIDE)
        self._parser.StartElementHandler = self._in_sheet if sheet else self._elsewhere
        self._parser.EndElementHandler = self._sheet_end if sheet else None

    def _elsewhere(self, _name: str, _attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > self._most:
            raise Invalid({FIELD: TOO_MUCH})

    def _in_sheet(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > self._most:
            raise Invalid({FIELD: TOO_WIDE}, row=self.part.last, most=MOST_COLUMNS)
        match _local(name):
            case "row":
                self._row(attributes.get("r", ""))
            case "c":
                self._cells += 1
                self._cell = attributes.get("r") or f"{column_letters(self._cells)}{self.part.last}"
                self._kind = attributes.get("t", "")
            case "f":
                self._formula()
            case "v" | "is":
                self._value()

    def _row(self, number: str) -> None:
        """Rows come in order: the reader would leave out one that goes back, and with it a person."""
        if number and not (number.isdecimal() and len(number) < 8):
            raise Invalid({FIELD: DAMAGED})
        here = int(number or self.part.last + 1)
        if not self.part.last < here <= LAST_ROW:
            raise Invalid({FIELD: DAMAGED})
        self.part.last, self._count, self._cells = here, 0, 0

    def _formula(self) -> None:
        if self._kind != "str":
            self.part.formulas.add(self._cell)
        if len(self.part.formulas) > MOST_BESIDE:
            raise Invalid({FIELD: TOO_MUCH})

    def _value(self) -> None:
        if column_number(self._cell) > MOST_COLUMNS:
            raise Invalid({FIELD: TOO_WIDE}, row=self.part.last, most=MOST_COLUMNS)
        self.part.rows += self._filled < self.part.last
        self._filled = self.part.last

    def _sheet_end(self, name: str) -> None:
        """What follows the rows (links, merged cells, rules of format) is never read."""
        if _local(name) == "sheetData":
            self._parser.StartElementHandler = self._parser.EndElementHandler = None


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def column_number(cell: str) -> int:
    """The column of a cell: 28 of AB12."""
    column = 0
    for sign in cell:
        if not "A" <= sign <= "Z":
            break
        column = column * 26 + ord(sign) - 64
    return column


def column_letters(column: int) -> str:
    """How a spreadsheet names a column: AB is the 28th."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
