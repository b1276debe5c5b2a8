"""The minutes of a case: the newest, any version, its PDF file, and writing them anew."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_, Forbidden
from core.web import Now, Read, Tx, page, redirect, require
from incidents.assessing.minutes import READ, take_out, write_anew
from incidents.case_view import case_view
from incidents.minutes_view import minutes_page
from incidents.models import Incident
from incidents.pages.showing import note_the_auditor
from incidents.queries import find
from incidents.sealed import sealed_from

router = APIRouter(prefix="/incidents/{reference}/minutes")
Reader = Annotated[Actor, Depends(require(Operation.READ_COMMISSION))]
Writer = Annotated[Actor, Depends(require(Operation.WRITE_MINUTES))]
OWES = N_("You see the minutes when you have given your own assessment.")
SANDBOX = "default-src 'none'; sandbox"


@router.get("")
def newest(request: Request, reference: str, session: Read, now: Now, actor: Reader) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.READ_COMMISSION)
    return _page(request, session, actor, incident, None, now)


@router.post("")
def write(request: Request, reference: str, session: Tx, now: Now, actor: Writer) -> Response:
    incident = find(session, actor, reference, Operation.WRITE_MINUTES)
    _check_open(session, actor, incident)
    write_anew(session, actor, incident, request.state.lang, now)
    return redirect(f"{incident.path}/minutes")


@router.get("/{version:int}.pdf")
def download(reference: str, version: int, session: Tx, now: Now, actor: Reader) -> Response:
    incident = find(session, actor, reference, Operation.READ_COMMISSION)
    _check_open(session, actor, incident)
    content = take_out(session, actor, incident, version, now)
    return Response(
        content,
        media_type="application/pdf",
        headers={
            "content-disposition": f'attachment; filename="{incident.reference}-{version}.pdf"',
            "content-security-policy": SANDBOX,
            "x-content-type-options": "nosniff",
        },
    )


@router.get("/{version:int}")
def one(request: Request, reference: str, version: int, session: Read, now: Now, actor: Reader) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.READ_COMMISSION)
    return _page(request, session, actor, incident, version, now)


def _check_open(session: Session, actor: Actor, incident: Incident) -> None:
    """What was decided would anchor a member who has still to answer."""
    if sealed_from(session, actor, incident):
        raise Forbidden(OWES)


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, version: int | None, now: datetime
) -> HTMLResponse:
    view = minutes_page(session, actor, incident, version, request.state.lang)
    if view.chosen:
        note_the_auditor(request, actor, incident, READ, now, minutes_version=view.chosen.number)
    case = case_view(session, actor, incident, now, request.state.lang)
    return page(request, "minutes/show.html", case=case, view=view)
