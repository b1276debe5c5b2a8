"""What a supplier takes away and comes back to: the receipt code, everything told under it, files, and a way to add
more. The code is posted each time and stands in no address."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from core.access import ANONYMOUS, Actor, Operation
from core.db import refuse
from core.errors import Invalid, TooLarge
from core.i18n import translate
from core.organisation import organisation
from core.templating import render
from core.web import Now, Tx, Typed, TypedForm, page, require
from incidents.attachments import SUPPLIER, attach, files_of
from incidents.pages.supplier_door import open_link, told_before
from incidents.pages.uploads import Uploaded
from incidents.receipt import grouped, parse
from incidents.suppliers.forms import FREE_TEXTS
from incidents.suppliers.models import SupplierTelling
from incidents.suppliers.telling import case_of
from incidents.suppliers.view import said as what_was_said

router = APIRouter(prefix="/tell/{token}")
Anyone = Annotated[Actor, Depends(require(Operation.FOLLOW_REPORT))]


@router.get("/told")
def ask_code(request: Request, _actor: Anyone, session: Tx, token: str, now: Now) -> HTMLResponse:
    return code_page(request, token) if open_link(request, session, token, now) else gone(request)


@router.post("/told")
def with_code(request: Request, _actor: Anyone, session: Tx, token: str, typed: Typed, now: Now) -> HTMLResponse:
    link = open_link(request, session, token, now)
    if link is None:
        return gone(request)
    try:
        rows = told_before(request, session, link, typed.get("code"), now)
    except Invalid as wrong:
        refuse(session)
        return code_page(request, token, 422, typed, wrong)
    return show_told(request, session, token, rows, typed.get("code"))


@router.post("/files")
def add_file(request: Request, _actor: Anyone, form: Uploaded, session: Tx, token: str, now: Now) -> HTMLResponse:
    link = open_link(request, session, token, now)
    if link is None:
        return gone(request)
    code, wrong = form.get("code"), dict[str, str]()
    try:
        rows = told_before(request, session, link, code, now)
    except Invalid as fault:
        refuse(session)
        return code_page(request, token, 422, form, fault)
    try:
        attach(session, ANONYMOUS, case_of(session, rows), *form.required(), now, f"{SUPPLIER}{link.supplier_id}")
    except Invalid as refused:
        refuse(session)
        wrong = refused.fields
    except TooLarge as refused:
        refuse(session)
        wrong = {"file": refused.message}
    return show_told(request, session, token, rows, code, 422 if wrong else 200, wrong=wrong)


@router.post("/code")
def as_file(request: Request, _actor: Anyone, session: Tx, token: str, typed: Typed, now: Now) -> Response:
    """The code as a text file. The link is not in it: each alone opens nothing."""
    link = open_link(request, session, token, now)
    if link is None:
        return gone(request)
    try:
        rows = told_before(request, session, link, typed.get("code"), now)
    except Invalid as wrong:
        refuse(session)
        return code_page(request, token, 422, typed, wrong)
    company, incident = organisation(session), case_of(session, rows)
    known = {"company": company, "incident": incident, "code": grouped(_plain(typed.get("code")))}
    headers = {"content-disposition": f'attachment; filename="vaka-{incident.reference}.txt"'}
    text = render("suppliers/code.txt", request.state.lang, company.zone, known)
    return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


def show_told(
    request: Request, session: Session, token: str, rows: list[SupplierTelling], code: str, status: int = 200, /,
    *, first: bool = False, said: str = "", wrong: dict[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    """Everything told under a code, the latest first; `first` thanks and shows the code."""
    lang, here = request.state.lang, f"/tell/{token}"
    incident = case_of(session, rows)
    return page(
        request,
        "suppliers/told.html",
        status,
        wrong={name: translate(lang, sentence) for name, sentence in wrong.items()} if wrong else None,
        incident=incident,
        code=grouped(_plain(code)),
        first=first,
        said=translate(lang, said) if said else "",
        told=what_was_said(session, rows, lang),
        follows=incident.receipt_hash == rows[0].receipt_hash,
        files=files_of(session, incident, f"{SUPPLIER}{rows[0].supplier_id}"),
        action=here,
        brand_href=here,
        plain=True,
        links_form="again",
        links_action=f"{here}/told",
    )


def code_page(
    request: Request, token: str, status: int = 200, typed: TypedForm | None = None, wrong: Invalid | None = None
) -> HTMLResponse:
    lang, here = request.state.lang, f"/tell/{token}"
    faults = {name: translate(lang, text) for name, text in wrong.fields.items()} if wrong else None
    return page(request, "suppliers/code.html", status, typed=typed, wrong=faults, action=here, brand_href=here,
                plain=True)  # fmt: skip


def gone(request: Request, typed: TypedForm | None = None) -> HTMLResponse:
    """The same for a link that never was, has ended or was taken back. What was typed stands there to be copied."""
    texts = [typed.get(name) for name in FREE_TEXTS] if typed else []
    return page(request, "suppliers/gone.html", 404, texts=list(filter(None, texts)), plain=True)


def _plain(typed: str) -> str:
    return parse(typed) or typed
