"""A list as rows of text, whatever program saved it: headings in row 1, numbers as the spreadsheet shows them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from core.errors import N_, Invalid

Record = tuple[int, tuple[str, ...]]
FEW_ROWS = 20_000  # a list that is held in memory
MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
MOST_BYTES = 2**28
FIELD = "list"
EMPTY = N_("The list is empty. Choose a file or paste the rows, headings first.")
TOO_MANY = N_("The list has more than {most} rows. Split it.")
TOO_WIDE = N_("Row {row} has more than {most} columns. Keep the columns that tell who the people are.")
NO_ROWS = N_("The list has headings and no rows.")
NO_HEADINGS = N_("The first row must name the columns, for example Namn and E-post.")
ERRORS = frozenset({"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#SAKNAS!",
                    "#VÄRDEFEL!", "#REFERENS!", "#DIVISION/0!", "#NAMN?", "#OGILTIGT!", "#SKÄRNING!"})  # fmt: skip
NO_VALUE = "#VALUE!"  # what stands for a formula that nobody has worked out: we never do


@dataclass(frozen=True, slots=True)
class Sheet:
    """Headings and rows. `name` is the sheet of a workbook they come from, `others` those that were left alone."""

    heads: tuple[str, ...]
    rows: tuple[Record, ...]
    name: str = field(default="", compare=False)
    others: tuple[str, ...] = field(default=(), compare=False)


def headed(records: Iterable[Record], most: int = MOST_ROWS) -> tuple[tuple[str, ...], Iterator[Record]]:
    """The headings, and the rows below as they are asked for; empty rows are left out and still counted.

    Raises:
        Invalid: nothing in it, no headings, or (while the rows are read) no rows, too many or too wide ones.
    """
    filled = _filled(records)
    number, heads = next(filled, (0, ()))
    if not number:
        raise Invalid({FIELD: EMPTY})
    if number != 1 or any("@" in cell for cell in heads):
        raise Invalid({FIELD: NO_HEADINGS})
    return tuple(cell.strip() for cell in heads), _counted(filled, most)


def _filled(records: Iterable[Record]) -> Iterator[Record]:
    for number, cells in records:
        last = next((at for at in range(len(cells), 0, -1) if cells[at - 1].strip()), 0)
        if last > MOST_COLUMNS:
            raise Invalid({FIELD: TOO_WIDE}, row=number, most=MOST_COLUMNS)
        if last:
            yield number, cells[:last]


def _counted(filled: Iterator[Record], most: int) -> Iterator[Record]:
    count = 0
    for count, record in enumerate(filled, start=1):
        if count > most:
            raise Invalid({FIELD: TOO_MANY}, most=most)
        yield record
    if not count:
        raise Invalid({FIELD: NO_ROWS})
