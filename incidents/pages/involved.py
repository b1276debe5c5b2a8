"""`/incidents/{reference}/involved`: who is involved, what about that waits for a second person, and proposing it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_, Conflict, Invalid
from core.web import Now, Read, Tx, Typed, TypedForm, redirect, require
from incidents.excluding import EXCLUSION, INCLUSION, faults, propose_exclusion, propose_lifting
from incidents.involved_view import involved_view
from incidents.models import Incident
from incidents.pages.showing import again, show
from incidents.queries import find, find_to_change

router = APIRouter()
Excluding = Annotated[Actor, Depends(require(Operation.EXCLUDE_PERSON))]
LONGEST = 2000
NAMES = {"user": "marked", "reason": "why"}
VERBS = {EXCLUSION: propose_exclusion, INCLUSION: propose_lifting}


@router.get("/incidents/{reference}/involved")
def involved_page(reference: str, request: Request, session: Read, actor: Excluding, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.EXCLUDE_PERSON)
    return _page(request, session, actor, incident, now)


@router.post("/incidents/{reference}/involved", response_model=None)
def propose(reference: str, request: Request, session: Tx, actor: Excluding, typed: Typed, now: Now) -> Response:
    """`marked` names somebody who is marked already, `user` anybody else."""
    incident = find_to_change(session, actor, reference, Operation.EXCLUDE_PERSON)
    try:
        if "marked" in typed:
            _about_a_mark(session, actor, incident, typed, now)
        else:
            propose_exclusion(session, actor, incident, typed.get("user"), typed.get("reason")[:LONGEST], now)
    except (Invalid, Conflict) as wrong:
        return again(_page, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/involved")


def _about_a_mark(session: Session, actor: Actor, incident: Incident, typed: TypedForm, now: datetime) -> None:
    """The second form has fields of its own, so that each fault stands where it was typed."""
    chosen, who, why = typed.get("answer"), typed.get("marked"), typed.get("why")[:LONGEST]
    wrong = {NAMES[field]: text for field, text in faults(session, actor, who, why).items()}
    if chosen not in VERBS:
        wrong["answer"] = N_("Choose one of the answers.")
    if wrong:
        raise Invalid(wrong)
    VERBS[chosen](session, actor, incident, who, why, now)


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    **context: Any,
) -> HTMLResponse:  # fmt: skip
    view = involved_view(session, actor, incident, request.state.lang)
    return show(request, session, actor, incident, now, "involved.html", status, view=view, **context)
