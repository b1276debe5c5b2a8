"""`/incidents/{reference}/aware`: the moment the law counts from, with the old and the new deadline before saving."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.web import Now, Read, Tx, Typed, TypedForm, redirect, require
from incidents.awareness import later_proposal, set_aware
from incidents.case_facts import legal_clock
from incidents.clock_rows import counted_from
from incidents.instants import Instants
from incidents.models import Incident
from incidents.pages.showing import local, moment, required_moment, sentences, show
from incidents.queries import find, find_to_change

router = APIRouter()
Setter = Annotated[Actor, Depends(require(Operation.SET_AWARE))]


@router.get("/incidents/{reference}/aware")
def aware_page(reference: str, request: Request, session: Read, actor: Setter, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.SET_AWARE)
    return _page(request, session, actor, incident, now, 200, None, None)


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
        return _page(request, session, actor, incident, now, 422, typed, sentences(request, wrong))
    return redirect(incident.path)


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: Now, status: int,
    typed: TypedForm | None, wrong: dict[str, str] | None,
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
        proposal=later_proposal(session, incident),
        typed=typed, wrong=wrong,
    )  # fmt: skip
