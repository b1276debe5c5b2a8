"""The second pair of eyes on a control that was mended: confirm it, or give it back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.web import Now, Tx, Typed, redirect, require
from risk.controls import failures
from risk.controls.pages.showing import shown
from risk.queries import find_control

router = APIRouter(prefix="/controls")
Second = Annotated[Actor, Depends(require(Operation.CONFIRM_CONTROL))]


@router.post("/{code}/confirm")
def confirm(code: str, session: Tx, actor: Second, now: Now) -> Response:
    control = find_control(session, actor, code, Operation.CONFIRM_CONTROL)
    failures.confirm(session, actor, control, now)
    return redirect(f"{control.path}?saved=confirmed")


@router.post("/{code}/give-back")
def give_back(request: Request, code: str, typed: Typed, session: Tx, actor: Second, now: Now) -> Response:
    control = find_control(session, actor, code, Operation.CONFIRM_CONTROL)
    try:
        failures.give_back(session, actor, control, typed.read(failures.GiveBackForm), now)
    except Invalid as wrong:
        refuse(session)
        return shown(request, session, actor, control, 422, typed=typed, wrong=wrong.fields, opened="give_back")
    return redirect(f"{control.path}?saved=given_back")
