"""A spoken report, written down by who took the call: the same questions on one page."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation, Role
from core.db import refuse
from core.errors import Invalid
from core.i18n import translate
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, TypedForm, page, require, said
from identity.people import holders
from incidents import questions
from incidents.forms import PhoneReport
from incidents.intake import report_by_phone
from incidents.intake_mails import read_by
from incidents.local_time import TWICE
from incidents.pages.answers import choices
from incidents.receipt import grouped
from incidents.report_steps import doubtful
from incidents.steps import client_key

router = APIRouter(prefix="/incidents/phone-in")
Answering = Annotated[Actor, Depends(require(Operation.ENTER_PHONE_REPORT))]


@router.get("")
def begin(request: Request, session: Read, _actor: Answering) -> HTMLResponse:
    return _ask(request, session, TypedForm({"client_uuid": client_key()}))


@router.post("")
def enter(request: Request, session: Tx, typed: Typed, now: Now, actor: Answering) -> Response:
    """Answered directly with the code, so that it can be read out and stands in no address."""
    try:
        _ask_which(typed, now, organisation(session).zone)
        receipt = report_by_phone(session, actor, typed.read(PhoneReport), now, language=request.state.lang)
    except Invalid as wrong:
        refuse(session)
        faults = said(wrong, request.state.lang)
        doubts = doubtful(typed, now, organisation(session).zone)
        return _ask(request, session, typed, 422, wrong=faults, doubts=doubts)
    visible_to_me = not set(typed.all("involved")) & set(actor.roles)
    return page(request, "report/phoned.html", 201, incident=receipt.incident, code=grouped(receipt.code),
                read_by=read_by(receipt.incident), visible_to_me=visible_to_me)  # fmt: skip


def _ask_which(typed: TypedForm, now: datetime, zone: str) -> None:
    """A time that occurs twice is asked about while the caller is still there.

    Raises:
        Invalid: the question.
    """
    doubts = doubtful(typed, now, zone)
    for question, name, field in (("noticed_at_choice", "noticed", "noticed_time"), ("happened_at",) * 3):
        if question in doubts and f"{name}_asked" not in typed:
            raise Invalid({field: TWICE}, time=f"{doubts[question].astimezone(ZoneInfo(zone)):%H:%M}")


def _ask(request: Request, session: Session, typed: TypedForm, status: int = 200, /, **context: Any) -> HTMLResponse:
    lang = request.state.lang
    receivers = [(role, word) for role, word in questions.RECEIVERS.items() if holders(session, Role(role))]
    return page(
        request,
        "report/phone_in.html",
        status,
        typed=typed,
        questions=questions,
        choices=choices(lang),
        receivers=[(role, translate(lang, word)) for role, word in receivers],
        **{"doubts": {}} | context,
    )
