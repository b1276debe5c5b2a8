"""`/suppliers`: who processes data for us, whom to write to there, and the standing link of each."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.web import Now, Read, Tx, Typed, page, redirect, require, said
from incidents.suppliers.keeping import SupplierForm, add, card, change, find_supplier
from incidents.suppliers.links import give_link, take_back
from incidents.suppliers.listing import row, rows, told_about
from incidents.suppliers.models import Supplier

router = APIRouter(prefix="/suppliers")
Keeper = Annotated[Actor, Depends(require(Operation.MANAGE_SUPPLIERS))]


@router.get("")
def every(request: Request, session: Read, actor: Keeper, now: Now) -> Response:
    return page(request, "suppliers/list.html", rows=rows(session, actor, now))


@router.get("/new")
def new(request: Request, _actor: Keeper) -> Response:
    return page(request, "suppliers/new.html")


@router.post("/new")
def create(request: Request, session: Tx, typed: Typed, actor: Keeper, now: Now) -> Response:
    try:
        supplier = add(session, actor, typed.read(SupplierForm), now)
    except Invalid as wrong:
        refuse(session)
        return page(request, "suppliers/new.html", 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect(f"{supplier.path}?done=added")


@router.get("/{supplier_id}")
def one(request: Request, supplier_id: str, session: Read, actor: Keeper, now: Now, done: str = "") -> Response:
    return _page(request, session, actor, find_supplier(session, supplier_id), now, done=done)


@router.post("/{supplier_id}")
def save(request: Request, supplier_id: str, session: Tx, typed: Typed, actor: Keeper, now: Now) -> Response:
    supplier = find_supplier(session, supplier_id)
    try:
        change(session, actor, supplier, typed.read(SupplierForm), now)
    except Invalid as wrong:
        refuse(session)
        faults = said(wrong, request.state.lang)
        return _page(request, session, actor, find_supplier(session, supplier_id), now, 422, typed=typed, wrong=faults)
    return redirect(f"{supplier.path}?done=changed")


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


def _page(
    request: Request, session: Session, actor: Actor, supplier: Supplier, now: datetime, status: int = 200, /,
    done: str = "", **context: Any,
) -> Response:  # fmt: skip
    return page(
        request,
        "suppliers/show.html",
        status,
        supplier=card(session, supplier),
        row=row(session, actor, supplier, now),
        told=told_about(session, actor, supplier, request.state.lang),
        done=done,
        **context,
    )
