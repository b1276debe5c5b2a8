"""The status page, without an account: the code is posted once and then stays sealed in a short-lived cookie."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from core.access import ANONYMOUS, Actor, Operation
from core.db import refuse
from core.errors import Invalid, TooLarge
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require
from incidents import following
from incidents.attachments import REPORT, attach, files_of
from incidents.forms import AddMessage
from incidents.models import Incident
from incidents.pages.codes import WrongCode, leave, open_report, report_in_hand, stay
from incidents.pages.receipt import show_receipt
from incidents.pages.uploads import Uploaded
from incidents.receipt import grouped, parse
from incidents.states import State
from incidents.thread import mark_read, thread, write_as_reporter

router = APIRouter()
Anyone = Annotated[Actor, Depends(require(Operation.FOLLOW_REPORT))]
HERE = "/status/report"


@router.get("/status")
def ask_code(request: Request, _actor: Anyone) -> HTMLResponse:
    return _code_page(request)


@router.post("/status")
def with_code(request: Request, _actor: Anyone, session: Tx, typed: Typed, now: Now) -> Response:
    """Open a report. A message that was being written when the hour ended comes along and is shown again."""
    try:
        incident = open_report(request, session, typed.get("code"), now)
    except WrongCode as wrong:
        refuse(session)
        return _code_page(request, 422, typed, wrong)
    code = _plain(typed.get("code"))
    mark_read(session, incident, now, from_reporter=False)
    if typed.get("text"):
        return stay(request, _report_page(request, session, incident, code, now, typed=typed), code, now)
    return stay(request, redirect(HERE), code, now)


@router.get(HERE)
def follow(request: Request, _actor: Anyone, session: Read, now: Now) -> Response:
    found = report_in_hand(request, session, now)
    if found is None:
        return redirect("/status")
    return stay(request, _report_page(request, session, *found, now), found[1], now)


@router.post(f"{HERE}/message")
def write(request: Request, _actor: Anyone, session: Tx, typed: Typed, now: Now) -> Response:
    found = report_in_hand(request, session, now)
    if found is None:
        return _code_page(request, 200, typed)
    try:
        write_as_reporter(session, found[0], typed.read(AddMessage), now)
    except Invalid as wrong:
        refuse(session)
        return _report_page(request, session, *found, now, 422, typed=typed, wrong=wrong.fields)
    mark_read(session, found[0], now, from_reporter=False)
    return redirect(f"{HERE}#thread")


@router.post(f"{HERE}/files")
def add_file(request: Request, _actor: Anyone, form: Uploaded, session: Tx, now: Now) -> Response:
    """A file from the status page, or from the receipt, which carries its code in the body."""
    code = form.get("code")
    found = (open_report(request, session, code, now), _plain(code)) if code else report_in_hand(request, session, now)
    if found is None:
        return redirect("/status")
    incident = found[0]
    wrong: dict[str, str] = {}
    try:
        attach(session, ANONYMOUS, incident, *form.required(), now, REPORT)
    except Invalid as refused:
        refuse(session)
        wrong = refused.fields
    except TooLarge as refused:
        refuse(session)
        wrong = {"file": refused.message}
    if code:
        return show_receipt(request, session, incident, code, 422 if wrong else 200, wrong=wrong)
    if wrong:
        return _report_page(request, session, *found, now, 422, wrong=wrong)
    return redirect(f"{HERE}#files")


@router.post(f"{HERE}/saved")
def saved(request: Request, _actor: Anyone, session: Tx, now: Now) -> Response:
    found = report_in_hand(request, session, now)
    if found:
        following.saved(session, found[0], now)
    return redirect(HERE if found else "/status")


@router.post(f"{HERE}/leave")
def close(request: Request, _actor: Anyone) -> Response:
    return leave(request, redirect("/status"))


def _code_page(
    request: Request, status: int = 200, typed: TypedForm | None = None, wrong: Invalid | None = None
) -> HTMLResponse:
    faults = {name: translate(request.state.lang, text) for name, text in wrong.fields.items()} if wrong else None
    return page(request, "report/code.html", status, typed=typed, wrong=faults, brand_href="/status", plain=True)


def _report_page(
    request: Request,
    session: Session,
    incident: Incident,
    code: str,
    now: datetime,
    status: int = 200,
    /,
    typed: TypedForm | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    lang = request.state.lang
    return page(
        request,
        "report/status.html",
        status,
        typed=typed,
        wrong={name: translate(lang, text) for name, text in wrong.items()} if wrong else None,
        code="" if incident.receipt_saved_at else grouped(code),
        brand_href=HERE,
        plain=True,
        **status_facts(session, incident, now, lang),
    )


def status_facts(session: Session, incident: Incident, now: datetime, lang: str) -> dict[str, Any]:
    """What a reporter sees of their report: where it stands, the thread, the files they sent."""
    return {
        "incident": incident,
        "sentence": translate(lang, following.SENTENCES[State(incident.state)]),
        "stages": [{"word": translate(lang, stage.word), "state": stage.state} for stage in following.stages(incident)],
        "next_word_by": following.next_word_by(incident, now),
        "lines": thread(session, incident),
        "files": files_of(session, incident, REPORT),
    }


def _plain(typed: str) -> str:
    return parse(typed) or typed
