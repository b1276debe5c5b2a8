"""The commission of a case: calling it, and how far it has come; never who answered what before one may know."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Conflict, Invalid
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, page, redirect, require
from incidents import assessing, standing_panel
from incidents.alerts import excluded
from incidents.assessing.convening import ConveneForm, due_by_default, proposed
from incidents.assessing.recalling import RecallForm
from incidents.assessing.reconvening import cannot_finish, to_confirm_anew
from incidents.assessing.seats import commission_of, seat_rows
from incidents.case_facts import legal_clock
from incidents.case_view import case_view
from incidents.commission_models import Commission
from incidents.commission_view import commission_view
from incidents.local_time import local_parts
from incidents.models import Incident
from incidents.pages.showing import again
from incidents.queries import find
from incidents.states import State

router = APIRouter(prefix="/incidents/{reference}/commission")
Reader = Annotated[Actor, Depends(require(Operation.READ_COMMISSION))]
Convener = Annotated[Actor, Depends(require(Operation.CONVENE))]


@router.get("")
def show(request: Request, reference: str, session: Read, now: Now, actor: Reader) -> Response:
    incident = find(session, actor, reference, Operation.READ_COMMISSION)
    if actor.may(Operation.CONVENE) and _to_be_called(session, incident):
        return _set_up(request, session, actor, incident, now)
    return _state(request, session, actor, incident, now)


@router.post("")
def convene(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Convener) -> Response:
    incident = find(session, actor, reference, Operation.CONVENE)
    verb = assessing.reconvene if incident.state == State.DECIDED else assessing.convene
    try:
        verb(session, actor, incident, typed.read(ConveneForm), now)
    except (Invalid, Conflict) as wrong:
        refuse(session)
        if not _to_be_called(session, incident):
            raise
        return again(_set_up, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/commission")


@router.post("/recall")
def recall(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Convener) -> Response:
    incident = find(session, actor, reference, Operation.CONVENE)
    try:
        assessing.recall(session, actor, incident, typed.read(RecallForm), now)
    except Invalid as wrong:
        return again(_state, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/commission")


def _to_be_called(session: Session, incident: Incident) -> bool:
    """Under review, or decided in advance with a commission that can no longer confirm it."""
    return incident.state == State.UNDER_REVIEW or to_confirm_anew(session, incident) is not None


def _stepped_aside(commission: Commission | None, session: Session) -> set[str]:
    """Whoever stepped aside in the round before is not proposed again."""
    rows = seat_rows(session, commission) if commission else []
    return {row.user_id for row in rows if row.recused_at is not None}


def _set_up(
    request: Request, session: Session, actor: Actor, incident: Incident, now: Any, status: int = 200, **context: Any
) -> Response:
    out = excluded(session, incident)
    panel = standing_panel.panel_seats(session)
    earlier = commission_of(session, incident)
    seats = proposed(panel, out | _stepped_aside(earlier, session))
    clock = legal_clock(incident)
    due_at = due_by_default(now, clock.due_at if clock else None)
    people = [(user.id, user.name) for user in standing_panel.candidates(session, without=out)]
    return page(
        request,
        "commission/convene.html",
        status,
        case=case_view(session, actor, incident, now, request.state.lang),
        slots=standing_panel.slots(seats),
        people=people,
        seated=[(seat.position, dict(people).get(seat.member, "")) for seat in seats],
        replaced=bool(out & {seat.member for seat in panel}) or any(seat.away for seat in panel),
        missing=standing_panel.missing_in(seats),
        due=local_parts(due_at, organisation(session).zone),
        due_at=due_at,
        earlier=earlier,
        confirms=incident.state == State.DECIDED,
        **context,
    )


def _state(
    request: Request, session: Session, actor: Actor, incident: Incident, now: Any, status: int = 200, **context: Any
) -> Response:
    lang = request.state.lang
    commission = commission_of(session, incident)
    return page(
        request,
        "commission/show.html",
        status,
        case=case_view(session, actor, incident, now, lang),
        view=commission_view(session, actor, incident, commission, now, lang) if commission else None,
        assessing=incident.state == State.IN_ASSESSMENT,
        cannot_finish=cannot_finish(session, incident) is not None,
        **context,
    )
