"""`/incidents/{reference}/hold`: keep a case from being erased; lifting that takes two."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import DomainError
from core.web import Now, Read, Tx, Typed, redirect, require
from identity.people import names
from incidents.erasing import holds
from incidents.models import Incident
from incidents.pages.showing import again, show
from incidents.queries import find, find_to_change

router = APIRouter()
Holder = Annotated[Actor, Depends(require(Operation.HOLD_CASE))]
Lifter = Annotated[Actor, Depends(require(Operation.LIFT_HOLD))]
LONGEST = 2000


@router.get("/incidents/{reference}/hold")
def read(reference: str, request: Request, session: Read, actor: Holder, now: Now) -> Response:
    return _page(request, session, actor, find(session, actor, reference, Operation.HOLD_CASE), now)


@router.post("/incidents/{reference}/hold")
def place(reference: str, request: Request, session: Tx, actor: Holder, typed: Typed, now: Now) -> Response:
    incident = find_to_change(session, actor, reference, Operation.HOLD_CASE)
    try:
        holds.place(session, actor, incident, typed.get("reason")[:LONGEST], now)
    except DomainError as wrong:
        return again(_page, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/hold")


@router.post("/incidents/{reference}/hold/lift")
def ask(reference: str, request: Request, session: Tx, actor: Lifter, typed: Typed, now: Now) -> Response:
    incident = find_to_change(session, actor, reference, Operation.LIFT_HOLD)
    try:
        holds.ask_to_lift(session, actor, incident, typed.get("reason")[:LONGEST], now)
    except DomainError as wrong:
        return again(_page, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/hold")


@router.post("/incidents/{reference}/hold/answer")
def answer(reference: str, request: Request, session: Tx, actor: Lifter, typed: Typed, now: Now) -> Response:
    incident = find_to_change(session, actor, reference, Operation.LIFT_HOLD)
    try:
        holds.answer(session, actor, incident, lift=typed.get("answer") == "lift", now=now)
    except DomainError as wrong:
        return again(_page, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/hold")


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: Now, status: int = 200, /,
    **context: Any,
) -> HTMLResponse:  # fmt: skip
    hold = holds.in_force(session, incident)
    who = names(session, {hold.placed_by, hold.lift_asked_by}) if hold else {}
    return show(
        request, session, actor, incident, now, "hold.html", status,
        hold=hold,
        reason=holds.reason_of(session, hold) if hold else "",
        lift_reason=holds.lift_reason_of(session, hold) if hold else "",
        by=who.get(hold.placed_by, "") if hold else "",
        asked_by=who.get(hold.lift_asked_by or "", "") if hold else "",
        mine=hold is not None and hold.lift_asked_by == actor.id,
        **context,
    )  # fmt: skip
