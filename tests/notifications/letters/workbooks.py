"""Workbooks as the tests make them: whole ones by openpyxl, odd ones part by part."""

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(rows: Iterable[Sequence[object]], change: Callable[[Any], None] | None = None) -> bytes:
    """The rows as one sheet. Texts stay texts, also those that begin like a formula; None leaves a cell out."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for number, row in enumerate(rows, start=1):
        for at, value in enumerate(row, start=1):
            if value is None:
                continue
            cell = sheet.cell(number, at, _escaped(value))
            if isinstance(value, str):
                cell.data_type = "s"
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _escaped(value: object) -> object:
    """Control signs as spreadsheet programs write them: `_x000D_`."""
    return (
        re.sub("[\x00-\x08\x0b-\x1f]", lambda found: f"_x{ord(found[0]):04X}_", value) if type(value) is str else value
    )


def altered(data: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """The same file with some parts put in the place of others, added, or (None) left out."""
    file = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in [*(one for one in old.namelist() if one not in parts), *parts]:
            content = parts.get(name, None) if name in parts else old.read(name)
            if content is not None:
                new.writestr(name, content)
    return file.getvalue()


def with_rows(xml: str, before: str = "") -> bytes:
    """A workbook whose sheet holds exactly this XML between the tags of its rows."""
    sheet = f'{before}<worksheet xmlns="{MAIN}"><sheetData>{xml}</sheetData></worksheet>'
    return altered(workbook([["x"]]), {"xl/worksheets/sheet1.xml": sheet.encode()})
