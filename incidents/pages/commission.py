"""The commission of a case: calling it, and how far it has come; never who answered what before one may know."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Conflict, Invalid
from core.web import Now, Read, Tx, Typed, page, redirect, require
from identity.people import names
from incidents import assessing
from incidents.assessing.convening import ConveneForm
from incidents.assessing.proposing import outgrown
from incidents.assessing.recalling import RecallForm
from incidents.assessing.reconvening import cannot_finish, to_confirm_anew
from incidents.assessing.seats import commission_of
from incidents.case_view import case_view
from incidents.commission_models import STANDING
from incidents.commission_view import commission_view
from incidents.convene_view import convene_view
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
    """Call, or (step "look") show the order as these choices would make it."""
    incident = find(session, actor, reference, Operation.CONVENE)
    verb = assessing.reconvene if incident.state == State.DECIDED else assessing.convene
    try:
        form = typed.read(ConveneForm)
        if typed.get("step") == "look" and _to_be_called(session, incident):
            return _set_up(request, session, actor, incident, now, form=form, typed=typed)
        verb(session, actor, incident, form, now)
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


def _set_up(
    request: Request, session: Session, actor: Actor, incident: Incident, now: Any, status: int = 200,
    form: ConveneForm | None = None, **context: Any,
) -> Response:  # fmt: skip
    lang, typed = request.state.lang, context.get("typed")
    asked = typed.get if typed else request.query_params.get
    chosen = asked("panel", "") or STANDING, asked("procedure", "")
    return page(
        request,
        "commission/convene.html",
        status,
        case=case_view(session, actor, incident, now, lang),
        view=convene_view(session, actor, incident, chosen, lang, now, form),
        earlier=commission_of(session, incident),
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
        outgrown=outgrown(session, incident, commission),
        secretary=names(session, [commission.secretary_id]).get(commission.secretary_id or "") if commission else None,
        **context,
    )
