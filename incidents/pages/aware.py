"""`/incidents/{reference}/aware`: the moment the law counts from. First the old and the new deadlines, then the saving.

The question "what if" is asked by GET and stores nothing; it carries a date and a time, never a reason.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.web import Now, Read, Tx, Typed, TypedForm, redirect, require
from incidents.awareness import later_proposal, set_aware
from incidents.awareness_gap import flag
from incidents.awareness_preview import Preview, preview
from incidents.case_facts import legal_clock
from incidents.clock_rows import counted_from
from incidents.instants import Instants, implausible
from incidents.models import Incident
from incidents.pages.showing import local, moment, required_moment, sentences, show
from incidents.queries import find, find_to_change

router = APIRouter()
Setter = Annotated[Actor, Depends(require(Operation.SET_AWARE))]


@router.get("/incidents/{reference}/aware")
def aware_page(reference: str, request: Request, session: Read, actor: Setter, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.SET_AWARE)
    asked = TypedForm(dict(request.query_params))
    if "aware_at_date" not in asked:
        return _page(request, session, actor, incident, now, 200)
    try:
        what_if = _what_if(request, session, incident, asked, now)
    except Invalid as wrong:
        return _page(request, session, actor, incident, now, 422, typed=asked, wrong=sentences(request, wrong))
    return _page(request, session, actor, incident, now, 200, typed=asked, what_if=what_if)


@router.post("/incidents/{reference}/aware", response_model=None)
def aware(
    reference: str, request: Request, session: Tx, actor: Setter, typed: Typed, now: Now
) -> HTMLResponse | RedirectResponse:
    incident = find_to_change(session, actor, reference, Operation.SET_AWARE)
    try:
        aware_at = required_moment(session, typed, "aware_at")
        others = Instants(moment(session, typed, "occurred_at"), moment(session, typed, "detected_at"))
        set_aware(session, actor, incident, aware_at, typed.get("reason").strip()[:4000], now, others=others)
    except Invalid as wrong:
        refuse(session)
        faults = sentences(request, wrong)
        what_if = None if "aware_at" in faults else _again(request, session, incident, typed)
        return _page(request, session, actor, incident, now, 422, typed=typed, wrong=faults, what_if=what_if)
    return redirect(incident.path)


def _what_if(request: Request, session: Session, incident: Incident, asked: TypedForm, now: Now) -> Preview:
    """The deadlines if we had been aware then.

    Raises:
        Invalid: no such time, or one in the future or before the event.
    """
    aware_at = required_moment(session, asked, "aware_at")
    times = Instants(incident.occurred_at, None, None, aware_at)
    wrong = implausible(times, now)
    if wrong:
        raise Invalid(wrong)
    return preview(session, incident, aware_at, request.state.lang)


def _again(request: Request, session: Session, incident: Incident, typed: TypedForm) -> Preview | None:
    """The deadlines beside a form that is shown again."""
    try:
        return preview(session, incident, required_moment(session, typed, "aware_at"), request.state.lang)
    except Invalid:
        return None


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: Now, status: int, *,
    typed: TypedForm | None = None, wrong: dict[str, str] | None = None, what_if: Preview | None = None,
) -> HTMLResponse:  # fmt: skip
    return show(
        request, session, actor, incident, now, "aware.html", status,
        counted_from=counted_from(incident),
        moments={
            "occurred_at": local(session, incident.occurred_at),
            "detected_at": local(session, incident.detected_at),
            "aware_at": local(session, incident.aware_at or counted_from(incident)),
        },
        clock=legal_clock(incident),
        flag=flag(incident, incident.aware_at, request.state.lang),
        proposal=later_proposal(session, incident),
        what_if=what_if, typed=typed, wrong=wrong,
    )  # fmt: skip
