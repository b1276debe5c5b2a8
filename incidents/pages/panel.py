"""The settings page of the standing panel."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.web import Now, Read, Tx, Typed, page, redirect, require, said
from incidents import standing_panel
from incidents.standing_panel import PanelForm

router = APIRouter(prefix="/settings/panel")
Convener = Annotated[Actor, Depends(require(Operation.CONVENE))]


@router.get("")
def show(request: Request, session: Read, _actor: Convener, done: str = "") -> Response:
    return _page(request, session, 200, done=bool(done))


@router.post("")
def save(request: Request, session: Tx, typed: Typed, now: Now, actor: Convener) -> Response:
    try:
        standing_panel.save_panel(session, actor, typed.read(PanelForm), now)
    except Invalid as wrong:
        refuse(session)
        faults = said(wrong, request.state.lang)
        return _page(request, session, 422, typed=typed, wrong=faults)
    return redirect("/settings/panel?done=1")


def _page(request: Request, session: Session, status: int, **context: Any) -> Response:
    panel = standing_panel.standing_panel(session)
    return page(
        request,
        "commission/panel.html",
        status,
        slots=standing_panel.slots([seat for seat in panel if seat.can_sit]),
        people=[(user.id, user.name) for user in standing_panel.candidates(session)],
        missing=standing_panel.missing_in(panel),
        gone=any(not seat.can_sit for seat in panel),
        **context,
    )
