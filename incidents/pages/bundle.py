"""`/incidents/{reference}/authority/bundle`: like cases that may be told in one notice, to tick and to untick."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_, Conflict, Invalid
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, page, redirect, require
from incidents.bundle_view import bundle_view, candidates, joined_view
from incidents.bundling.bundling import bundle
from incidents.bundling.choosing import DAYS, USUAL_DAYS
from incidents.bundling.together import UNSENT
from incidents.case_view import case_view
from incidents.models import Incident
from incidents.pages.showing import again
from incidents.queries import find
from incidents.states import ENDED, AuthorityTrack

router = APIRouter(prefix="/incidents/{reference}/authority/bundle")
Filer = Annotated[Actor, Depends(require(Operation.FILE_NOTICE))]


@router.get("")
def show(request: Request, reference: str, session: Read, now: Now, actor: Filer, days: int = USUAL_DAYS) -> Response:
    incident = find(session, actor, reference, Operation.FILE_NOTICE)
    return _page(request, session, actor, incident, now, days=days)


@router.post("")
def save(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Filer) -> Response:
    incident = find(session, actor, reference, Operation.FILE_NOTICE)
    try:
        bundle(session, actor, incident, typed.all("cases"), typed.get("before").split(), now)
    except (Invalid, Conflict) as wrong:
        return again(_page, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/authority")


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    days: int = USUAL_DAYS, **context: Any,
) -> Response:  # fmt: skip
    lang, typed = request.state.lang, context.get("typed")
    days = int(typed.get("days")) if typed and typed.get("days").isdecimal() else days
    days = days if days in DAYS else USUAL_DAYS
    rows = candidates(session, actor, incident, days, now, lang)
    return page(
        request,
        "authority/bundle.html",
        status,
        case=case_view(session, actor, incident, now, lang),
        rows=rows,
        before=" ".join(row.reference for row in rows if row.chosen),
        bundle=bundle_view(session, actor, incident, now, lang),
        joined=joined_view(session, actor, incident),
        open=AuthorityTrack(incident.authority_track) in UNSENT and incident.state not in ENDED,
        days=days,
        chips=[_chip(number, number == days, lang) for number in DAYS],
        **context,
    )


def _chip(days: int, current: bool, lang: str) -> dict[str, Any]:
    return {"label": translate(lang, N_("{days} days"), days=days), "href": f"?days={days}", "current": current}
