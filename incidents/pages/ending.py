"""Merging, dismissing, closing, reopening."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import N_, Invalid, NotFound
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, TypedForm, redirect, require
from incidents import ending
from incidents.case_actions import one_of
from incidents.case_facts import gather
from incidents.merging import merge
from incidents.models import Incident
from incidents.next_step import CLOSING
from incidents.others_view import unfinished
from incidents.pages.showing import required_moment, show, show_again
from incidents.people_told import when_told
from incidents.queries import find, find_to_change, visible
from incidents.states import ENDED

router = APIRouter()
Merging = Annotated[Actor, Depends(require(Operation.MERGE_CASE))]
Dismissing = Annotated[Actor, Depends(require(Operation.DISMISS_CASE))]
Closing = Annotated[Actor, Depends(require(Operation.CLOSE_CASE))]
Reopening = Annotated[Actor, Depends(require(Operation.REOPEN_CASE))]
Answer = Response
CHOICES = 50


@router.get("/incidents/{reference}/merge")
def merge_page(reference: str, request: Request, session: Read, actor: Merging, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.MERGE_CASE)
    return _merge(request, session, actor, incident, now, 200, None, None)


@router.post("/incidents/{reference}/merge", response_model=None)
def merge_case(reference: str, request: Request, session: Tx, actor: Merging, typed: Typed, now: Now) -> Answer:
    wanted = typed.get("target").strip().upper()
    first, second = sorted((reference.upper(), wanted))  # always locked in the same order
    found = {one: _locked(session, actor, one) for one in (first, second)}
    incident, target = found[reference.upper()], found[wanted]
    if incident is None:
        raise NotFound()
    if target is None:
        refuse(session)
        wrong = {"target": translate(request.state.lang, N_("There is no open case with this reference."))}
        return _merge(request, session, actor, incident, now, 422, typed, wrong)
    merge(session, actor, incident, target, now)
    return redirect(target.path)


@router.get("/incidents/{reference}/dismiss")
def dismiss_page(reference: str, request: Request, session: Read, actor: Dismissing, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.DISMISS_CASE)
    return show(request, session, actor, incident, now, "dismiss.html")


@router.post("/incidents/{reference}/dismiss", response_model=None)
def dismiss(reference: str, request: Request, session: Tx, actor: Dismissing, typed: Typed, now: Now) -> Answer:
    incident = find_to_change(session, actor, reference, Operation.DISMISS_CASE)
    try:
        ending.dismiss(session, actor, incident, typed.get("reason"), now)
    except Invalid as wrong:
        return show_again(request, session, actor, incident, now, "dismiss.html", typed, wrong)
    return redirect(incident.path)


@router.get("/incidents/{reference}/close")
def close_page(reference: str, request: Request, session: Read, actor: Closing, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.CLOSE_CASE)
    return _close(request, session, actor, incident, now, 200, None)


@router.post("/incidents/{reference}/close", response_model=None)
def close(reference: str, request: Request, session: Tx, actor: Closing, typed: Typed, now: Now) -> Answer:
    incident = find_to_change(session, actor, reference, Operation.CLOSE_CASE)
    try:
        ending.close(session, actor, incident, typed.get("reason").strip()[:4000], now)
    except ending.NotYet:
        refuse(session)
        return _close(request, session, actor, incident, now, 409, typed)
    return redirect(incident.path)


@router.get("/incidents/{reference}/reopen")
def reopen_page(reference: str, request: Request, session: Read, actor: Reopening, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.REOPEN_CASE)
    return show(request, session, actor, incident, now, "reopen.html")


@router.post("/incidents/{reference}/reopen", response_model=None)
def reopen(reference: str, request: Request, session: Tx, actor: Reopening, typed: Typed, now: Now) -> Answer:
    incident = find_to_change(session, actor, reference, Operation.REOPEN_CASE)
    try:
        known_at = required_moment(session, typed, "known_at")
        ending.reopen(session, actor, incident, typed.get("reason"), known_at, now)
    except Invalid as wrong:
        return show_again(request, session, actor, incident, now, "reopen.html", typed, wrong)
    return redirect(incident.path)


def _locked(session: Session, actor: Actor, reference: str) -> Incident | None:
    try:
        return find_to_change(session, actor, reference, Operation.MERGE_CASE)
    except NotFound:
        return None


def _merge(
    request: Request, session: Session, actor: Actor, incident: Incident, now: Now, status: int,
    typed: TypedForm | None, wrong: dict[str, str] | None,
) -> HTMLResponse:  # fmt: skip
    others = visible(actor, Operation.MERGE_CASE).where(
        Incident.id != incident.id, Incident.state.not_in(ENDED), Incident.external_id.is_(None)
    )
    found = session.scalars(others.order_by(Incident.reported_at.desc(), Incident.id).limit(CHOICES))
    options = [(one.reference, f"{one.reference} · {one.title}") for one in found]
    return show(request, session, actor, incident, now, "merge.html", status, options=options, typed=typed, wrong=wrong)


def _close(
    request: Request, session: Session, actor: Actor, incident: Incident, now: Now, status: int, typed: TypedForm | None
) -> HTMLResponse:
    missing = [translate(request.state.lang, one) for one in ending.before_closing(session, actor, incident, now)]
    known = gather(session, actor, incident, now)
    found = known.waits
    return show(request, session, actor, incident, now, "close.html", status, missing=missing, typed=typed,
                difference=when_told(found.difference, request.state.lang), asked=CLOSING in found.kinds,
                unlearned=not known.facts.learnt, others=unfinished(session, incident),
                who=one_of([name for one in found.blocking for name in one.who], request.state.lang))  # fmt: skip
