"""Taking a case, handing it back, stopping the leak, adding events and the lesson."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import N_, Invalid
from core.web import Now, Read, Tx, Typed, TypedForm, redirect, require, said
from incidents import service
from incidents.models import Incident
from incidents.pages.showing import required_moment, show, show_again
from incidents.queries import find, find_to_change
from incidents.risks import lessons
from incidents.states import Containment

router = APIRouter()
Taker = Annotated[Actor, Depends(require(Operation.TAKE_CASE))]
HandingBack = Annotated[Actor, Depends(require(Operation.HAND_BACK_CASE))]
Containing = Annotated[Actor, Depends(require(Operation.CONTAIN_CASE))]
Noting = Annotated[Actor, Depends(require(Operation.NOTE_CASE))]
Closing = Annotated[Actor, Depends(require(Operation.CLOSE_CASE))]
LONGEST = 4000
Answer = HTMLResponse | RedirectResponse


@router.post("/incidents/{reference}/take")
def take(reference: str, session: Tx, actor: Taker, now: Now) -> RedirectResponse:
    incident = find(session, actor, reference, Operation.TAKE_CASE)
    service.take(session, actor, incident, now)
    return redirect(incident.path)


@router.get("/incidents/{reference}/take")
def take_page(reference: str, session: Read, actor: Taker) -> RedirectResponse:
    """A link from a mail never acts: the case itself has the button."""
    return redirect(find(session, actor, reference, Operation.TAKE_CASE).path)


@router.get("/incidents/{reference}/hand-back")
def hand_back_page(reference: str, request: Request, session: Read, actor: HandingBack, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.HAND_BACK_CASE)
    return show(request, session, actor, incident, now, "hand_back.html")


@router.post("/incidents/{reference}/hand-back")
def hand_back(reference: str, session: Tx, actor: HandingBack, typed: Typed, now: Now) -> RedirectResponse:
    incident = find_to_change(session, actor, reference, Operation.HAND_BACK_CASE)
    service.hand_back(session, actor, incident, typed.get("reason").strip()[:LONGEST], now)
    return redirect(incident.path)


@router.get("/incidents/{reference}/contain")
def contain_page(reference: str, request: Request, session: Read, actor: Containing, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.CONTAIN_CASE)
    return show(request, session, actor, incident, now, "contain.html")


@router.post("/incidents/{reference}/contain", response_model=None)
def contain(reference: str, request: Request, session: Tx, actor: Containing, typed: Typed, now: Now) -> Answer:
    incident = find_to_change(session, actor, reference, Operation.CONTAIN_CASE)
    try:
        text = _text(typed, "how", N_("Write how it was stopped, or what happened."))
        if Containment(incident.containment) is Containment.OPEN:
            stopped_at = required_moment(session, typed, "contained_at")
            service.contain(session, actor, incident, text, stopped_at, now)
        else:
            service.going_on_again(session, actor, incident, text, now)
    except Invalid as wrong:
        return show_again(request, session, actor, incident, now, "contain.html", typed, wrong)
    return redirect(incident.path)


@router.get("/incidents/{reference}/note")
def note_page(reference: str, request: Request, session: Read, actor: Noting, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.NOTE_CASE)
    return show(request, session, actor, incident, now, "note.html")


@router.post("/incidents/{reference}/note", response_model=None)
def note(reference: str, request: Request, session: Tx, actor: Noting, typed: Typed, now: Now) -> Answer:
    incident = find(session, actor, reference, Operation.NOTE_CASE)
    try:
        text = _text(typed, "text", N_("Write what happened."))
        service.note(session, actor, incident, text, required_moment(session, typed, "happened_at"), now)
    except Invalid as wrong:
        return show_again(request, session, actor, incident, now, "note.html", typed, wrong)
    return redirect(incident.path)


@router.get("/incidents/{reference}/lesson")
def lesson_page(reference: str, request: Request, session: Read, actor: Closing, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.CLOSE_CASE)
    return _lesson(request, session, actor, incident, now, 200)


@router.post("/incidents/{reference}/lesson", response_model=None)
def lesson(reference: str, request: Request, session: Tx, actor: Closing, typed: Typed, now: Now) -> Answer:
    incident = find(session, actor, reference, Operation.CLOSE_CASE)
    try:
        form = typed.read(lessons.LessonForm)
        lessons.learn(session, actor, incident, form, now)
    except Invalid as wrong:
        refuse(session)
        faults = said(wrong, request.state.lang)
        return _lesson(request, session, actor, incident, now, 422, typed=typed, wrong=faults)
    new = form.changes is lessons.Changes.NEW_RISK and actor.may(Operation.ADD_RISK)
    return redirect(f"/risks/new?case={incident.reference}" if new else incident.path)


def _lesson(
    request: Request, session: Session, actor: Actor, incident: Incident, now: Now, status: int, /, **context: Any
) -> HTMLResponse:
    offered = lessons.offered(session, actor, request.state.lang)
    return show(request, session, actor, incident, now, "lesson.html", status, **offered, **context)


def _text(typed: TypedForm, name: str, sentence: str) -> str:
    text = typed.get(name).strip()
    if not text:
        raise Invalid({name: sentence})
    if len(text) > LONGEST:
        raise Invalid({name: N_("The text is too long.")})
    return text
