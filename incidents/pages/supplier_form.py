"""`/tell/{token}`: a supplier tells us, without an account: twelve questions on four short pages, a page to check, and
a receipt. With or without scripts; no answer is kept by the server before it is sent."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from core.access import Actor, Operation
from core.db import refuse
from core.errors import N_, Invalid, Throttled
from core.i18n import translate
from core.organisation import organisation
from core.web import Now, Tx, Typed, TypedForm, page, redirect, require
from identity import throttle
from identity.middleware import address_of
from incidents.models import Incident
from incidents.pages.report import AGAIN
from incidents.pages.supplier_door import open_link, told_before
from incidents.pages.supplier_receipt import code_page, gone, show_told
from incidents.steps import Step, client_key
from incidents.suppliers import questions
from incidents.suppliers.answers import Line, lines
from incidents.suppliers.keeping import card, find_supplier
from incidents.suppliers.models import SupplierLink
from incidents.suppliers.steps import QUESTIONS, filled_in, whole
from incidents.suppliers.telling import answers_of, came_before, open_questions, tell_us, told_with

router = APIRouter(prefix="/tell/{token}")
Anyone = Annotated[Actor, Depends(require(Operation.REPORT))]
FROM_ONE_PLACE = throttle.Limit(tries=45, free=45)
BY_ONE_LINK = throttle.Limit(tries=20, free=20)  # in a quarter of an hour: a link that went astray floods nobody
TOO_MANY = N_("A lot has come by this link in a short time. Wait a few minutes and press Send again, or call us.")


@router.get("")
def welcome(request: Request, _actor: Anyone, session: Tx, token: str, now: Now) -> HTMLResponse:
    """Nothing changes by looking: mail scanners open links before people do."""
    link = open_link(request, session, token, now)
    if link is None:
        return gone(request)
    case = session.get_one(Incident, link.incident_id) if link.incident_id else None
    supplier = card(session, find_supplier(session, link.supplier_id))
    here = f"/tell/{token}"
    return page(request, "suppliers/welcome.html", supplier=supplier.name, case=case, needed_by=link.needed_by,
                action=here, brand_href=here, plain=True)  # fmt: skip


@router.post("")
def go_on(request: Request, _actor: Anyone, session: Tx, token: str, typed: Typed, now: Now) -> HTMLResponse:
    link = open_link(request, session, token, now)
    if link is None:
        return gone(request, typed)
    if not typed.get("page"):
        return _begin(request, session, link, token, typed, now)
    typed = typed.changed(client_uuid=client_key(typed.get("client_uuid")))
    removed = translate(request.state.lang, N_("[removed]"))
    return _ask(request, session, token, QUESTIONS.step(typed, now, organisation(session).zone, removed), typed, now)


@router.get("/send")
def sent_before(_actor: Anyone, token: str) -> RedirectResponse:
    return redirect(f"/tell/{token}")


@router.post("/send")
def send(request: Request, _actor: Anyone, session: Tx, token: str, typed: Typed, now: Now) -> Response:
    """Answered directly with the receipt, since its code must never stand in an address; a retry shows the same."""
    link = open_link(request, session, token, now)
    if link is None:
        return gone(request, typed)
    typed = typed.changed(client_uuid=client_key(typed.get("client_uuid")))
    if typed.get("website"):  # a field nobody sees; never lose an answer to a browser that filled it in
        return _ask(request, session, token, Step(QUESTIONS.last, {"": AGAIN}, {"website": ""}), typed, now)
    code = typed.get("code")
    try:
        form = whole(typed, now, organisation(session).zone)
        if isinstance(form, Step):
            return _ask(request, session, token, form, typed, now)
        if code:
            told_before(request, session, link, code, now)
        if not came_before(session, link, form, code):
            limits = {f"report:{address_of(request)}": FROM_ONE_PLACE, f"supplier-link:{link.id}": BY_ONE_LINK}
            throttle.take(session, limits, now)
        told = tell_us(session, link, form, now, language=request.state.lang, code=code)
    except Invalid as wrong:
        refuse(session)
        to = Step(QUESTIONS.last, wrong.fields, params=wrong.params)
        return _ask(request, session, token, to, typed, now)
    except Throttled:
        refuse(session)
        return _ask(request, session, token, Step(QUESTIONS.last, {"": TOO_MANY}), typed, now, status=429)
    said = N_("What you sent had arrived already.") if told.again else N_("We have what you added.") if code else ""
    rows = told_with(session, link, told.code)
    return show_told(request, session, token, rows, told.code, 200 if told.again else 201, first=not code, said=said)


def _begin(
    request: Request, session: Session, link: SupplierLink, token: str, typed: TypedForm, now: datetime
) -> HTMLResponse:
    """The first question; with a code, filled in with what was told last."""
    code, known = typed.get("code"), list[tuple[str, str]]()
    if code:
        try:
            rows = told_before(request, session, link, code, now)
        except Invalid as wrong:
            refuse(session)
            return code_page(request, token, 422, typed, wrong)
        known = [("code", code), *filled_in(answers_of(session, rows[-1]))]
    open_questions(session, link, now)
    form = TypedForm(FormData([("client_uuid", client_key()), *known]))
    return _ask(request, session, token, Step(1), form, now)


def _ask(
    request: Request, session: Session, token: str, to: Step, typed: TypedForm, now: datetime, status: int = 422
) -> HTMLResponse:
    lang, zone, last = request.state.lang, organisation(session).zone, QUESTIONS.last
    rows: list[Line] = []
    if to.page == last and not to.numbers:
        form = whole(typed, now, zone)
        if isinstance(form, Step):
            to = form
        else:
            rows = lines(form, now, lang, zone)
    typed = typed.changed(**to.changed, **({"checked": "yes"} if to.page == last else {}))
    action = f"/tell/{token}"
    return page(
        request,
        "report/numbers.html" if to.numbers else "suppliers/check.html" if rows else "suppliers/ask.html",
        status if to.wrong else 200,
        typed=typed,
        wrong={name: translate(lang, sentence, **to.params) for name, sentence in to.wrong.items()} or None,
        numbers=to.numbers,
        number=to.page,
        pages=len(QUESTIONS.pages),
        carried=QUESTIONS.carried(last if to.numbers else to.page),
        action=action,
        brand_href=action,
        questions=questions.QUESTIONS,
        choices=_choices(lang),
        rows=[
            {"question": f"{row.number}. {row.question}", "answer": row.answer, "href": row.page} for row in rows
        ],
        plain=True,
        links_form="report",
        links_action=action,
    )  # fmt: skip


def _choices(lang: str) -> dict[str, list[tuple[str, str]]]:
    named = {"WHAT": questions.WHAT, "YES_NO": questions.YES_NO, "DATA": questions.DATA, "GROUPS": questions.GROUPS,
             "HITS": questions.HITS}  # fmt: skip
    return {name: [(code, translate(lang, word)) for code, word in words.items()] for name, words in named.items()}
