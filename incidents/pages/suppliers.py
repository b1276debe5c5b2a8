"""`/suppliers`: who processes data for us, what was agreed with them, whom to write to there, and the standing link."""

from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.addresses import as_query
from core.db import refuse
from core.errors import DomainError, Invalid
from core.files import LIMIT, TYPES, file_content, file_name
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require, said
from incidents.activities.listing import of_supplier
from incidents.suppliers.agreement_files import agreement_files, find_agreement, keep_agreement
from incidents.suppliers.keeping import Card, SupplierForm, add, archive, bring_back, card, change, find_supplier
from incidents.suppliers.links import give_link, take_back
from incidents.suppliers.listing import row, rows, told_about
from incidents.suppliers.models import Supplier
from incidents.suppliers.roll import page_of, roll, tally
from incidents.suppliers.sub_processors import MOST, PARTS, SubProcessor, read_rows

router = APIRouter(prefix="/suppliers")
Reader = Annotated[Actor, Depends(require(Operation.READ_SUPPLIERS))]
Keeper = Annotated[Actor, Depends(require(Operation.MANAGE_SUPPLIERS))]
EMPTY_ROWS = 2


@router.get("")
def every(
    request: Request, session: Read, actor: Reader, now: Now, show: str = "", after: str = "", done: str = "",
    rows_new: int = 0,
) -> Response:  # fmt: skip
    archived, today = show == "archived", _today(session, now)
    entries = roll(session, today, archived=archived)
    shown, following = page_of(entries, after)
    kept = {"show": "archived" if archived else ""}
    return page(
        request,
        "suppliers/list.html",
        rows=rows(session, actor, [entry.id for entry in shown], now, today, request.state.lang),
        tally=tally(entries),
        archived=archived,
        next_href=f"/suppliers{as_query({**kept, 'after': following})}" if following else "",
        first_href=f"/suppliers{as_query(kept)}" if after else "",
        done=done,
        count=rows_new,
    )


@router.get("/new")
def new(request: Request, _actor: Keeper) -> Response:
    return _form(request, None)


@router.post("/new")
def create(request: Request, session: Tx, typed: Typed, actor: Keeper, now: Now) -> Response:
    try:
        supplier = add(session, actor, _read(typed), now)
        session.flush()
        _keep_file(session, actor, supplier, typed, now)
    except DomainError as wrong:
        return _refused(request, session, None, typed, wrong)
    return redirect(f"{supplier.path}?done=added")


@router.get("/{supplier_id}")
def one(request: Request, supplier_id: str, session: Read, actor: Reader, now: Now, done: str = "") -> Response:
    supplier, lang = find_supplier(session, supplier_id), request.state.lang
    return page(
        request,
        "suppliers/show.html",
        supplier=card(session, supplier),
        row=row(session, actor, supplier, now, _today(session, now), lang),
        told=told_about(session, actor, supplier, lang),
        files=agreement_files(session, supplier),
        activities=of_supplier(session, supplier.id),
        done=done,
    )


@router.get("/{supplier_id}/edit")
def edit(request: Request, supplier_id: str, session: Read, _actor: Keeper) -> Response:
    return _form(request, card(session, find_supplier(session, supplier_id)))


@router.post("/{supplier_id}")
def save(request: Request, supplier_id: str, session: Tx, typed: Typed, actor: Keeper, now: Now) -> Response:
    supplier = find_supplier(session, supplier_id)
    try:
        change(session, actor, supplier, _read(typed), now)
        _keep_file(session, actor, supplier, typed, now)
    except DomainError as wrong:
        return _refused(request, session, supplier_id, typed, wrong)
    return redirect(f"{supplier.path}?done=changed")


@router.post("/{supplier_id}/archive")
def put_away(supplier_id: str, session: Tx, actor: Keeper, now: Now) -> Response:
    supplier = find_supplier(session, supplier_id)
    archive(session, actor, supplier, now)
    return redirect(f"{supplier.path}?done=archived")


@router.post("/{supplier_id}/bring-back")
def fetch(supplier_id: str, session: Tx, actor: Keeper, now: Now) -> Response:
    supplier = find_supplier(session, supplier_id)
    bring_back(session, actor, supplier, now)
    return redirect(f"{supplier.path}?done=brought_back")


@router.get("/{supplier_id}/agreement/{file_id}")
def agreement(supplier_id: str, file_id: str, session: Tx, actor: Reader, now: Now) -> Response:
    """Only ever downloaded, never shown in the browser."""
    file = find_agreement(session, actor, find_supplier(session, supplier_id), file_id, now)
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file_name(session, file))}",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(file_content(session, file), media_type=file.media_type, headers=headers)


@router.post("/{supplier_id}/link")
def make(request: Request, supplier_id: str, session: Tx, typed: Typed, actor: Keeper, now: Now) -> Response:
    """The link is shown here once; it is not stored and cannot be shown again."""
    supplier, by_mail = find_supplier(session, supplier_id), typed.get("by_mail") == "yes"
    path = give_link(session, actor, supplier, now, by_mail=by_mail)
    address = request.app.state.settings.base_url + path
    return page(request, "suppliers/link.html", 201, supplier=card(session, supplier), address=address,
                back=supplier.path, by_mail=by_mail)  # fmt: skip


@router.post("/{supplier_id}/link/revoke")
def revoke(supplier_id: str, session: Tx, actor: Keeper, now: Now) -> Response:
    supplier = find_supplier(session, supplier_id)
    take_back(session, actor, supplier, now)
    return redirect(f"{supplier.path}?done=revoked")


def _read(typed: TypedForm) -> SupplierForm:
    """The form and its rows; what is wrong anywhere is said at once.

    Raises:
        Invalid: see there.
    """
    cells = [{part: typed.get(f"sub_{part}_{number}") for part in PARTS} for number in range(1, MOST + 1)]
    faults: dict[str, str] = {}
    subs: tuple[SubProcessor, ...] = ()
    try:
        subs = read_rows(cells)
    except Invalid as wrong:
        faults = wrong.fields
    try:
        form = typed.read(SupplierForm)
    except Invalid as wrong:
        raise Invalid(wrong.fields | faults) from None
    if faults:
        raise Invalid(faults)
    return form.model_copy(update={"sub_processors": subs})


def _keep_file(session: Session, actor: Actor, supplier: Supplier, typed: TypedForm, now: datetime) -> None:
    """One byte more than the limit is enough to know that a file is too large."""
    for file in typed.files("file")[:1]:
        keep_agreement(session, actor, supplier, file.filename or "", file.file.read(LIMIT + 1), now)


def _refused(
    request: Request, session: Session, supplier_id: str | None, typed: TypedForm, wrong: DomainError
) -> Response:
    """The form again with every answer; a file must be chosen anew."""
    refuse(session)
    shown = card(session, find_supplier(session, supplier_id)) if supplier_id else None
    return _form(request, shown, 422, typed=typed, wrong=said(wrong, request.state.lang))


def _form(request: Request, supplier: Card | None, status: int = 200, /, **context: Any) -> Response:
    typed: TypedForm | None = context.get("typed")
    subs = list(supplier.sub_processors) if supplier else []
    count = min(MOST, max(len(subs) + EMPTY_ROWS, _last_row(typed) if typed else 0))
    subs += [SubProcessor.model_construct(name="", purpose="", country="")] * (count - len(subs))
    return page(request, "suppliers/edit.html", status, supplier=supplier, subs=subs, accept=",".join(TYPES), **context)


def _last_row(typed: TypedForm) -> int:
    """The last one that somebody wrote in."""
    filled = (number for number in range(1, MOST + 1) for part in PARTS if typed.get(f"sub_{part}_{number}"))
    return max(filled, default=0)


def _today(session: Session, now: datetime) -> date:
    return now.astimezone(ZoneInfo(organisation(session).zone)).date()
