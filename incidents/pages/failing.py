"""`/incidents/{reference}/failing`: which controls failed and where; and the cases that name a control."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.bounded import in_words
from core.db import refuse
from core.errors import Invalid
from core.web import Now, Read, Tx, Typed, page, redirect, require, said
from incidents.failing.keeping import FailingForm, failed_codes, name_failed, possible_units, unit_of
from incidents.failing.view import cases_of, choices
from incidents.models import Incident
from incidents.pages.showing import show
from incidents.queries import find, find_to_change
from incidents.queue import Cursor

router = APIRouter()
Classifier = Annotated[Actor, Depends(require(Operation.CLASSIFY_CASE))]
Reader = Annotated[Actor, Depends(require(Operation.LIST_CASES))]


@router.get("/incidents/{reference}/failing")
def ask(reference: str, request: Request, session: Read, actor: Classifier, now: Now) -> HTMLResponse:
    return _page(request, session, actor, find(session, actor, reference, Operation.CLASSIFY_CASE), now)


@router.post("/incidents/{reference}/failing")
def save(reference: str, request: Request, session: Tx, actor: Classifier, typed: Typed, now: Now) -> Response:
    incident = find_to_change(session, actor, reference, Operation.CLASSIFY_CASE)
    try:
        name_failed(session, actor, incident, typed.read(FailingForm), now)
    except Invalid as wrong:
        refuse(session)
        faults = said(wrong, request.state.lang)
        return _page(request, session, actor, incident, now, 422, typed=typed, wrong=faults)
    return redirect(incident.path)


@router.get("/controls/{code}/cases")
def cases(code: str, request: Request, session: Read, actor: Reader, after: str = "") -> Response:
    found = cases_of(session, actor, code, Cursor.read(after), request.state.lang)
    here = f"/controls/{code}/cases"
    return page(
        request,
        "controls/cases.html",
        title=found.title,
        number=found.number,
        in_words=in_words(found.number),
        rows=found.cases,
        href=f"/controls/{code}",
        first_href=here if after else "",
        next_href=f"{here}?after={found.following}" if found.following else "",
    )


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200, /,
    **context: Any,
) -> HTMLResponse:  # fmt: skip
    return show(
        request, session, actor, incident, now, "failing.html", status,
        controls=choices(session, request.state.lang), chosen=failed_codes(session, incident),
        units=[(one, one) for one in possible_units(session, incident)], unit=unit_of(session, incident), **context,
    )  # fmt: skip
