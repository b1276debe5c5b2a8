"""The cells of a register's file: many values in one, and how a cell that was made safe is read back."""

import re
from collections.abc import Iterable, Mapping

from core.i18n import LANGUAGES, translate
from core.tables import safe_cell

BETWEEN = "; "


def plain(cell: str) -> str:
    """Without the apostrophe that kept a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and safe_cell(cell[1:]) == cell else cell


def joined(codes: Iterable[str]) -> str:
    return BETWEEN.join(codes)


def parts(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n]", cell) if part.strip()]


def coded(cell: str, labels: Mapping[str, str]) -> list[str]:
    """Codes, or their words in a language of ours; what is neither stays and is refused at its cell."""
    known = {_same(code): str(code) for code in labels}
    for code, label in labels.items():
        known |= {_same(translate(lang, label)): str(code) for lang in LANGUAGES}
    found: list[str] = []
    for part in parts(cell):
        whole = [part] if _same(part) in known else [one for one in part.split(",") if one.strip()]
        found += [known.get(_same(one), one.strip()) for one in whole]
    return list(dict.fromkeys(found))


def headings(heads: Iterable[str], columns: Mapping[str, str]) -> list[str]:
    """The column of each heading, by its code or its words; "" for one that is not ours. The first of two keeps it."""
    known = {_same(name): name for name in columns}
    for name, label in columns.items():
        known |= {_same(translate(lang, label)): name for lang in LANGUAGES}
    found: list[str] = []
    for head in heads:
        name = known.get(_same(head), "")
        found.append("" if name in found else name)
    return found


def _same(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()
