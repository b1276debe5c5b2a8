"""`/incidents/{reference}/clocks`: every clock of a case, why it runs, and the duties somebody marks as done."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid, NotFound
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, TypedForm, redirect, require
from incidents.alarm_view import alarm_rows
from incidents.clock_duties import Fulfilled, fulfil, fulfilled, take_back
from incidents.clock_order import order
from incidents.clock_strip import clock_strips
from incidents.clocks_view import clock_rows
from incidents.models import Incident, IncidentClock
from incidents.pages.case import reads_texts
from incidents.pages.showing import required_moment, sentences, show
from incidents.queries import find, find_to_change
from incidents.regime_choice import marked_by_hand
from incidents.regimes_view import regime_rows
from incidents.staffing import staffing

router = APIRouter()
Reader = Annotated[Actor, Depends(require(Operation.READ_CASE))]
Setter = Annotated[Actor, Depends(require(Operation.SET_CLOCKS))]
Answer = HTMLResponse | RedirectResponse
LONGEST = 4000


@router.get("/incidents/{reference}/clocks")
def clocks(reference: str, request: Request, session: Read, actor: Reader, now: Now, done: str = "") -> HTMLResponse:
    incident = find(session, actor, reference)
    lang, company = request.state.lang, organisation(session)
    zone = company.zone
    open_texts = reads_texts(session, actor, incident)
    told = fulfilled(session, incident) if open_texts else {}
    return show(
        request, session, actor, incident, now, "clocks.html", tab="clocks",
        clocks=clock_rows(incident, told, now, lang, zone),
        alarms=alarm_rows(session, incident, lang, zone),
        warnings=staffing(company, incident.clocks, now, lang),
        done=done,
        strips=clock_strips(session, incident, now, lang, zone),
        regimes=regime_rows(session, incident, lang, open_texts=open_texts),
    )  # fmt: skip


@router.get("/incidents/{reference}/duties/{regime}/{duty}")
def duty_page(
    reference: str, regime: str, duty: str, request: Request, session: Read, actor: Setter, now: Now
) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.SET_CLOCKS)
    return _duty(request, session, actor, incident, _clock(incident, regime, duty), now, 200, None, None)


@router.post("/incidents/{reference}/duties/{regime}/{duty}", response_model=None)
def mark_done(
    reference: str, regime: str, duty: str, request: Request, session: Tx, actor: Setter, typed: Typed, now: Now
) -> Answer:
    incident = find_to_change(session, actor, reference, Operation.SET_CLOCKS)
    clock = _clock(incident, regime, duty)
    try:
        if typed.get("undo"):
            take_back(session, actor, incident, clock, _text(typed, "reason"), now)
        else:
            fulfil(session, actor, incident, clock, _what(session, typed), now)
    except Invalid as wrong:
        refuse(session)
        return _duty(request, session, actor, incident, clock, now, 422, typed, sentences(request, wrong))
    return redirect(f"{incident.path}/clocks")


@router.get("/incidents/{reference}/order")
def order_page(reference: str, request: Request, session: Read, actor: Setter, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.SET_CLOCKS)
    return show(request, session, actor, incident, now, "order.html")


@router.post("/incidents/{reference}/order", response_model=None)
def ordered(reference: str, request: Request, session: Tx, actor: Setter, typed: Typed, now: Now) -> Answer:
    incident = find_to_change(session, actor, reference, Operation.SET_CLOCKS)
    try:
        ordered_at = required_moment(session, typed, "ordered_at")
        ends_at = required_moment(session, typed, "ends_at")
        order(session, actor, incident, ordered_at, ends_at, _text(typed, "note"), now)
    except Invalid as wrong:
        refuse(session)
        return show(request, session, actor, incident, now, "order.html", 422, typed=typed,
                    wrong=sentences(request, wrong))  # fmt: skip
    return redirect(f"{incident.path}/clocks")


def _duty(
    request: Request, session: Session, actor: Actor, incident: Incident, clock: IncidentClock, now: Now, status: int,
    typed: TypedForm | None, wrong: dict[str, str] | None,
) -> HTMLResponse:  # fmt: skip
    lang, zone = request.state.lang, organisation(session).zone
    row = next(row for row in clock_rows(incident, {}, now, lang, zone) if row.id == clock.id)
    return show(request, session, actor, incident, now, "duty.html", status, row=row, clock=clock,
                late=clock.due_at is not None and now > clock.due_at, typed=typed, wrong=wrong)  # fmt: skip


def _what(session: Session, typed: TypedForm) -> Fulfilled:
    at = required_moment(session, typed, "at")
    return Fulfilled(at, *(_text(typed, name) for name in ("to", "reference", "note", "reasons")))


def _clock(incident: Incident, regime: str, duty: str) -> IncidentClock:
    """A duty that somebody marks by hand.

    Raises:
        NotFound: this case has no such clock, or the case itself fulfils it.
    """
    found = (clock for clock in incident.clocks if (clock.regime, clock.duty) == (regime, duty))
    clock = next(found, None)
    if clock is None or not marked_by_hand(duty):
        raise NotFound()
    return clock


def _text(typed: TypedForm, name: str) -> str:
    return typed.get(name).strip()[:LONGEST]
