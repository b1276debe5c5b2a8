"""Letting a control rest, and ending its rest early."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.web import Now, Tx, Typed, redirect, require
from risk.controls import pausing
from risk.controls.pages.showing import shown
from risk.queries import find_control

router = APIRouter(prefix="/controls")
Leader = Annotated[Actor, Depends(require(Operation.PAUSE_CONTROL))]


@router.post("/{code}/pause")
def pause(request: Request, code: str, typed: Typed, session: Tx, actor: Leader, now: Now) -> Response:
    control = find_control(session, actor, code, Operation.PAUSE_CONTROL)
    try:
        pausing.pause(session, actor, control, typed.read(pausing.PauseForm), now)
    except Invalid as wrong:
        refuse(session)
        return shown(request, session, actor, control, 422, typed=typed, wrong=wrong.fields, opened="pause")
    return redirect(f"{control.path}?saved=paused")


@router.post("/{code}/resume")
def resume(code: str, session: Tx, actor: Leader, now: Now) -> Response:
    control = find_control(session, actor, code, Operation.PAUSE_CONTROL)
    pausing.resume(session, actor, control, now)
    return redirect(f"{control.path}?saved=resumed")
