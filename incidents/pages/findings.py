"""Findings: the auditor writes and settles them, the owner answers. Nothing here changes a case."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit import record
from core.db import refuse
from core.errors import N_, Invalid
from core.i18n import translate
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require, said
from incidents.findings.keeping import FindingForm, about, answer, close, give_back, hidden_from, write
from incidents.findings.models import Finding
from incidents.findings.rules import SEVERITY_LABELS
from incidents.findings.sight import find_finding, possible_owners
from incidents.findings.view import FILTERS, finding_view, listed
from incidents.queue import Cursor

router = APIRouter(prefix="/findings")
Reader = Annotated[Actor, Depends(require(Operation.READ_FINDINGS))]
Owner = Annotated[Actor, Depends(require(Operation.ANSWER_FINDING))]
Writer = Annotated[Actor, Depends(require(Operation.WRITE_FINDING))]
Verb = Callable[[Session, Actor, Finding, str, datetime], None]


@router.get("")
def index(request: Request, session: Read, actor: Reader, now: Now, state: str = "", after: str = "") -> Response:
    chosen = state if state in FILTERS else ""
    rows, following = listed(session, actor, chosen, Cursor.read(after), _today(session, now), request.state.lang)
    chips = [("", translate(request.state.lang, N_("All"))), *((code, translate(request.state.lang, word))
                                                           for code, word in FILTERS.items())]  # fmt: skip
    here = f"/findings?state={chosen}" if chosen else "/findings"
    return page(
        request, "findings/list.html", rows=rows, chosen=chosen,
        chips=[{"label": word, "href": f"/findings?state={code}" if code else "/findings", "current": code == chosen}
               for code, word in chips],
        next_href=f"{here}{'&' if chosen else '?'}after={following}" if following else "",
        first_href=here if after else "",
    )  # fmt: skip


@router.get("/new")
def new(request: Request, session: Read, actor: Writer, now: Now, case: str = "", entry: str = "") -> Response:
    return _form(request, session, actor, now, TypedForm({"case": case, "entry": entry}), {})


@router.post("/new")
def create(request: Request, session: Tx, typed: Typed, actor: Writer, now: Now) -> Response:
    try:
        finding = write(session, actor, typed.read(FindingForm), _today(session, now), now)
    except Invalid as wrong:
        refuse(session)
        return _form(request, session, actor, now, typed, said(wrong, request.state.lang), 422)
    return redirect(finding.path)


@router.get("/{finding_id}")
def show(request: Request, finding_id: str, reading: Read, session: Tx, actor: Reader, now: Now) -> Response:
    finding = find_finding(reading, actor, finding_id, Operation.READ_FINDINGS)
    record(session, actor, "finding:read", finding.reference, now, case=finding.case_id,
           hidden_from=hidden_from(reading, finding))  # fmt: skip
    return _show(request, reading, actor, finding, now)


@router.post("/{finding_id}/answer")
def reply(request: Request, finding_id: str, session: Tx, typed: Typed, actor: Owner, now: Now) -> Response:
    return _step(request, session, actor, finding_id, Operation.ANSWER_FINDING, answer, typed, now)


@router.post("/{finding_id}/close")
def settle(request: Request, finding_id: str, session: Tx, typed: Typed, actor: Writer, now: Now) -> Response:
    return _step(request, session, actor, finding_id, Operation.WRITE_FINDING, close, typed, now)


@router.post("/{finding_id}/return")
def hand_back(request: Request, finding_id: str, session: Tx, typed: Typed, actor: Writer, now: Now) -> Response:
    return _step(request, session, actor, finding_id, Operation.WRITE_FINDING, give_back, typed, now)


def _step(
    request: Request, session: Session, actor: Actor, finding_id: str, operation: Operation, verb: Verb,
    typed: TypedForm, now: datetime,
) -> Response:  # fmt: skip
    finding = find_finding(session, actor, finding_id, operation)
    try:
        verb(session, actor, finding, typed.get("text"), now)
    except Invalid as wrong:
        refuse(session)
        finding = find_finding(session, actor, finding_id, operation)
        faults = said(wrong, request.state.lang)
        return _show(request, session, actor, finding, now, 422, typed=typed, wrong=faults)
    return redirect(finding.path)


def _show(
    request: Request, session: Session, actor: Actor, finding: Finding, now: datetime, status: int = 200, /,
    **context: Any,
) -> Response:  # fmt: skip
    view = finding_view(session, actor, finding, _today(session, now), request.state.lang)
    return page(request, "findings/show.html", status, finding=view, **context)


def _form(
    request: Request, session: Session, actor: Actor, now: datetime, typed: TypedForm, wrong: dict[str, str],
    status: int = 200,
) -> Response:  # fmt: skip
    lang = request.state.lang
    try:
        incident, entry = about(session, actor, typed.get("case"), typed.get("entry"))
    except Invalid as unknown:
        incident, entry, wrong = None, None, said(unknown, lang) | wrong
    owners = [(user.id, user.name) for user in possible_owners(session, incident, entry)]
    return page(
        request, "findings/new.html", status, typed=typed, wrong=wrong, owners=owners,
        severities=[(code.value, translate(lang, word)) for code, word in SEVERITY_LABELS.items()],
        today=_today(session, now),
    )  # fmt: skip


def _today(session: Session, now: datetime) -> date:
    return now.astimezone(ZoneInfo(organisation(session).zone)).date()
