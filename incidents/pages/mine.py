"""My reports: what a signed-in member of staff has reported, without needing the code."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from core.access import ANONYMOUS, Actor, Operation
from core.db import refuse
from core.errors import Invalid, TooLarge
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require
from incidents.attachments import REPORT, attach
from incidents.following import REACHED, STAGES
from incidents.forms import AddMessage
from incidents.models import Incident
from incidents.pages.status import status_facts
from incidents.pages.uploads import Uploaded
from incidents.queries import find, visible
from incidents.questions import KINDS
from incidents.states import State
from incidents.thread import mark_read, unread_by_reporter, write_as_reporter

router = APIRouter(prefix="/report/mine")
Me = Annotated[Actor, Depends(require(Operation.LIST_OWN_REPORTS))]
MINE = Operation.LIST_OWN_REPORTS


@router.get("")
def mine(request: Request, session: Read, actor: Me) -> HTMLResponse:
    lang = request.state.lang
    found = session.scalars(visible(actor, MINE).order_by(Incident.reported_at.desc(), Incident.id)).all()
    unread = unread_by_reporter(session, [incident.id for incident in found])
    rows = [
        {
            "incident": incident,
            "kind": translate(lang, KINDS[incident.kind]),
            "step": translate(lang, STAGES[REACHED[State(incident.state)]]),
            "unread": unread.get(incident.id, 0),
        }
        for incident in found
    ]
    return page(request, "report/mine.html", rows=rows)


@router.get("/{reference}")
def one(request: Request, reference: str, session: Read, now: Now, actor: Me) -> HTMLResponse:
    return _page(request, session, find(session, actor, reference, MINE), now)


@router.post("/{reference}/message")
def write(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Me) -> Response:
    incident = find(session, actor, reference, MINE)
    try:
        write_as_reporter(session, incident, typed.read(AddMessage), now)
    except Invalid as wrong:
        refuse(session)
        return _page(request, session, find(session, actor, reference, MINE), now, 422, typed, wrong.fields)
    mark_read(session, incident, now, from_reporter=False)
    return redirect(f"/report/mine/{incident.reference}#thread")


@router.post("/{reference}/files")
def add_file(request: Request, reference: str, actor: Me, form: Uploaded, session: Tx, now: Now) -> Response:
    incident = find(session, actor, reference, MINE)
    try:
        attach(session, ANONYMOUS, incident, *form.required(), now, REPORT)
    except Invalid as refused:
        wrong = refused.fields
    except TooLarge as refused:
        wrong = {"file": refused.message}
    else:
        return redirect(f"/report/mine/{incident.reference}#files")
    refuse(session)
    return _page(request, session, find(session, actor, reference, MINE), now, 422, None, wrong)


def _page(
    request: Request,
    session: Session,
    incident: Incident,
    now: datetime,
    status: int = 200,
    typed: TypedForm | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    lang = request.state.lang
    here = f"/report/mine/{incident.reference}"
    return page(
        request,
        "report/status.html",
        status,
        typed=typed,
        wrong={name: translate(lang, text) for name, text in wrong.items()} if wrong else None,
        code="",
        brand_href="/report/mine",
        back_href="/report/mine",
        message_action=f"{here}/message",
        files_action=f"{here}/files",
        plain=True,
        **status_facts(session, incident, now, lang),
    )
