"""A register's file as a sheet: CSV or a workbook as the list of letters is read, or JSON as we give it out."""

import json
from typing import Any

from core.errors import N_, Invalid
from notifications.letters.list_file import read
from notifications.letters.spreadsheet import Sheet

MOST = 2_000
LONGEST = 900_000
FIELD = "file"
NO_JSON = N_("This is not the JSON of a register: a list of entries, each with its fields.")
TOO_LONG = N_("The file is too long for one import. Split it.")


def sheet(data: bytes) -> Sheet:
    """
    Raises:
        Invalid: it cannot be read, or is too long; nothing of it is used.
    """
    if len(data) > LONGEST:
        raise Invalid({FIELD: TOO_LONG})
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"[", b"{"}:
        return _from_json(data)
    try:
        return read(data, MOST)
    except Invalid as wrong:
        raise Invalid({FIELD: next(iter(wrong.fields.values()))}, **wrong.params) from None


def carried(sheet: Sheet) -> str:
    """The rows as they travel in the form between the look and the import.

    Raises:
        Invalid: they are too many for that.
    """
    text = json.dumps([sheet.heads, sheet.rows], ensure_ascii=False)
    if len(text.encode()) > LONGEST:
        raise Invalid({FIELD: TOO_LONG})
    return text


def brought(text: str) -> Sheet:
    """
    Raises:
        Invalid: it is not what travelled.
    """
    try:
        heads, rows = json.loads(text)
        return Sheet(_texts(heads), tuple((int(number), _texts(cells)) for number, cells in rows))
    except (ValueError, TypeError):
        raise Invalid({FIELD: N_("Choose a file first.")}) from None


def _from_json(data: bytes) -> Sheet:
    """Row 2 is the first entry, as it would be below headings."""
    try:
        entries = json.loads(data.decode("utf-8-sig"))
        heads = tuple(dict.fromkeys(name for entry in entries for name in entry))
        rows = tuple(
            (number, tuple(_text(entry.get(name)) for name in heads)) for number, entry in enumerate(entries, start=2)
        )
    except (ValueError, TypeError, AttributeError):
        raise Invalid({FIELD: NO_JSON}) from None
    if not rows:
        raise Invalid({FIELD: NO_JSON})
    if len(rows) > MOST:
        raise Invalid({FIELD: TOO_LONG})
    return Sheet(heads, rows)


def _texts(cells: Any) -> tuple[str, ...]:
    return tuple(str(cell) for cell in cells)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
