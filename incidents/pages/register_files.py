"""Import with a look first, and export, of `/suppliers` and `/activities`. An import is one transaction: with one row
refused nothing is taken."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from core.access import Actor, Operation
from core.audit import record
from core.db import refuse
from core.errors import N_, Invalid
from core.organisation import organisation
from core.tables import csv_lines
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require, said
from core.workbook import chunks, workbook
from incidents.activities.form import ActivityForm
from incidents.registers import of_activities, of_suppliers
from incidents.registers.look import Look, look
from incidents.registers.sheet import LONGEST, brought, carried, sheet
from incidents.suppliers.keeping import SupplierForm
from notifications.letters.spreadsheet import Sheet

Exporter = Annotated[Actor, Depends(require(Operation.EXPORT_PROCESSING))]
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
REFUSED = N_("{count} rows are refused, so nothing was imported.")
NOTHING = N_("There is no new row to import.")


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its address, its group in the log, its words, and how its rows are read, taken and given out."""

    path: str
    group: str
    title: str
    columns: Mapping[str, str]
    records: Callable[[Session], list[dict[str, Any]]]
    look: Callable[[Session, Sheet], Look[Any]]
    take: Callable[[Session, Actor, Any, datetime], object]


def _suppliers(session: Session, found: Sheet) -> Look[SupplierForm]:
    language = organisation(session).language

    def read(cells: Mapping[str, str]) -> SupplierForm:
        return of_suppliers.form(cells, lambda told: _typed(told).read(SupplierForm), language)

    return look(found, of_suppliers.COLUMNS, of_suppliers.names(session), read)


def _activities(session: Session, found: Sheet) -> Look[ActivityForm]:
    def read(cells: Mapping[str, str]) -> ActivityForm:
        return of_activities.form(session, cells, lambda told: _typed(told).read(ActivityForm))

    return look(found, of_activities.COLUMNS, of_activities.names(session), read)


SUPPLIERS = Register("/suppliers", "supplier", N_("Suppliers"), of_suppliers.COLUMNS, of_suppliers.records,
                     _suppliers, of_suppliers.take)  # fmt: skip
ACTIVITIES = Register("/activities", "activity", N_("Processing of personal data"), of_activities.COLUMNS,
                      of_activities.records, _activities, of_activities.take)  # fmt: skip


def _router(register: Register, keeps: Operation) -> APIRouter:
    router = APIRouter(prefix=register.path)
    keeper = Annotated[Actor, Depends(require(keeps))]

    @router.get("/import")
    def ask(request: Request, _actor: keeper) -> Response:
        return _page(request, register)

    @router.post("/import")
    def try_it(request: Request, session: Read, typed: Typed, _actor: keeper) -> Response:
        """What the file would do. Nothing is changed."""
        try:
            found = sheet(_content(typed))
            return _page(request, register, seen=register.look(session, found), rows=carried(found))
        except Invalid as wrong:
            return _page(request, register, 422, typed=typed, wrong=said(wrong, request.state.lang))

    @router.post("/import/take")
    def take(request: Request, session: Tx, typed: Typed, actor: keeper, now: Now) -> Response:
        try:
            count = _take(session, register, actor, typed.get("rows"), now)
        except Invalid as wrong:
            refuse(session)
            return _again(request, session, register, typed, wrong)
        return redirect(f"{register.path}?done=imported&rows_new={count}")

    @router.get("/export.csv")
    @router.get("/export.json")
    @router.get("/export.xlsx")
    def export(request: Request, session: Tx, actor: Exporter, now: Now) -> Response:
        kind = request.url.path.rpartition(".")[2]
        records = register.records(session)
        record(session, actor, f"{register.group}:exported", register.group, now,
               facts={"format": kind, "rows": len(records)})  # fmt: skip
        headers = {
            "content-disposition": f'attachment; filename="vaka-{register.path[1:]}-{now.date().isoformat()}.{kind}"',
            "content-security-policy": "default-src 'none'; sandbox",
            "x-content-type-options": "nosniff",
        }
        return StreamingResponse(_written(request, kind, register, records), media_type=TYPES[kind], headers=headers)

    return router


def _take(session: Session, register: Register, actor: Actor, rows: str, now: datetime) -> int:
    """
    Raises:
        Invalid: rows that are refused, none that is new, or nothing that travelled.
    """
    seen = register.look(session, brought(rows))
    if seen.refused:
        raise Invalid({"file": REFUSED}, count=len(seen.refused))
    if not seen.taken:
        raise Invalid({"file": NOTHING})
    for row in seen.taken:
        register.take(session, actor, row.form, now)
    record(session, actor, f"{register.group}:imported", register.group, now, facts={"rows": len(seen.taken)})
    return len(seen.taken)


def _again(request: Request, session: Session, register: Register, typed: TypedForm, wrong: Invalid) -> Response:
    """The look again, as the register stands now."""
    faults = said(wrong, request.state.lang)
    try:
        seen = register.look(session, brought(typed.get("rows")))
    except Invalid:
        return _page(request, register, 422, wrong=faults)
    return _page(request, register, 422, seen=seen, rows=typed.get("rows"), wrong=faults)


def _content(typed: TypedForm) -> bytes:
    """
    Raises:
        Invalid: neither a file nor pasted rows.
    """
    for file in typed.files("file")[:1]:
        return file.file.read(LONGEST + 1)
    if typed.get("pasted").strip():
        return typed.get("pasted").encode()
    raise Invalid({"file": N_("Choose a file first.")})


def _written(request: Request, kind: str, register: Register, records: list[dict[str, Any]]) -> Iterator[bytes | str]:
    rows = [list(register.columns), *([one[name] for name in register.columns] for one in records)]
    if kind == "json":
        return iter([json.dumps(records, ensure_ascii=False, indent=1).encode()])
    return csv_lines(rows) if kind == "csv" else chunks(workbook(rows, register.path[1:], request.app.state.settings))


def _page(request: Request, register: Register, status: int = 200, /, **context: Any) -> Response:
    return page(request, "registers/import.html", status, register=register, **{"seen": None, "rows": ""} | context)


def _typed(told: Mapping[str, Any]) -> TypedForm:
    """One row as a form, so that it is refused in the same words."""
    pairs = [(name, one) for name, value in told.items() for one in (value if isinstance(value, list) else [value])]
    return TypedForm(FormData(pairs))


supplier_files = _router(SUPPLIERS, Operation.MANAGE_SUPPLIERS)
activity_files = _router(ACTIVITIES, Operation.MANAGE_ACTIVITIES)
