"""What an import would do, row by row, before anything is done: taken, there already, or refused and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.errors import N_, Invalid
from incidents.registers.cells import headings, plain
from notifications.letters.spreadsheet import ERRORS, Sheet

Form = TypeVar("Form")
Cells = Mapping[str, str]
FIELD = "file"
NO_NAME_COLUMN = N_("No column is headed “name”. Give the first row the headings of the export.")
SAME_ROW = N_("The same name stands in an earlier row.")
TOO_WIDE = N_("The row has more cells than there are headings.")
SPREADSHEET_ERROR = N_("The cell shows an error of the spreadsheet.")


@dataclass(frozen=True, slots=True)
class Seen(Generic[Form]):
    """One row. `form` is there when it would be taken; `faults` are column and sentence."""

    number: int
    name: str
    there: bool = False
    form: Form | None = None
    faults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Look(Generic[Form]):
    rows: tuple[Seen[Form], ...]
    unused: tuple[str, ...] = ()

    @property
    def taken(self) -> list[Seen[Form]]:
        return [row for row in self.rows if row.form is not None]

    @property
    def there(self) -> list[Seen[Form]]:
        return [row for row in self.rows if row.there]

    @property
    def refused(self) -> list[Seen[Form]]:
        return [row for row in self.rows if row.faults]


def look(sheet: Sheet, columns: Mapping[str, str], known: set[str], read: Callable[[Cells], Form]) -> Look[Form]:
    """`known` are the names that are there, casefolded; `read` makes the form of one row.

    Raises:
        Invalid: no column holds the name.
    """
    named = headings(sheet.heads, columns)
    if "name" not in named:
        raise Invalid({FIELD: NO_NAME_COLUMN})
    earlier: set[str] = set()
    found = []
    for number, cells in sheet.rows:
        values = {name: plain(cell) for name, cell in zip(named, cells, strict=False) if name}
        key = " ".join(values.get("name", "").split()).casefold()
        found.append(_seen(number, values, _wrong(cells, sheet.heads, key in earlier), key in known, read))
        earlier.add(key)
    return Look(tuple(found), tuple(head for head, name in zip(sheet.heads, named, strict=True) if head and not name))


def _seen(
    number: int, values: Cells, wrong: Sequence[tuple[str, str]], there: bool, read: Callable[[Cells], Form]
) -> Seen[Form]:
    name = values.get("name", "").strip()
    if wrong:
        return Seen(number, name, faults=tuple(wrong))
    if there:
        return Seen(number, name, there=True)
    try:
        return Seen(number, name, form=read(values))
    except Invalid as refused:
        return Seen(number, name, faults=tuple(refused.fields.items()))


def _wrong(cells: Sequence[str], heads: Sequence[str], twice: bool) -> list[tuple[str, str]]:
    wrong = [("", TOO_WIDE)] if len(cells) > len(heads) else []
    wrong += [(head, SPREADSHEET_ERROR) for head, cell in zip(heads, cells, strict=False) if cell.strip() in ERRORS]
    return wrong + ([("name", SAME_ROW)] if twice else [])
