"""\"Not mine\", from the mail: a page of its own, because a link in a mail changes nothing by being opened."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.web import Now, Read, Tx, Typed, page, redirect, require
from risk.controls import handing
from risk.models import Control
from risk.queries import find_control

router = APIRouter(prefix="/controls")
Owner = Annotated[Actor, Depends(require(Operation.HAND_BACK_CONTROL))]


@router.get("/{code}/not-mine")
def ask(request: Request, code: str, session: Read, actor: Owner) -> Response:
    return _form(request, find_control(session, actor, code, Operation.HAND_BACK_CONTROL))


@router.post("/{code}/not-mine")
def hand_back(request: Request, code: str, typed: Typed, session: Tx, actor: Owner, now: Now) -> Response:
    control = find_control(session, actor, code, Operation.HAND_BACK_CONTROL)
    try:
        handing.hand_back(session, actor, control, typed.read(handing.HandBackForm), now)
    except Invalid as wrong:
        refuse(session)
        control = find_control(session, actor, code, Operation.HAND_BACK_CONTROL)
        return _form(request, control, 422, typed=typed, wrong=wrong.fields)
    return redirect(f"{control.path}?saved=handed_back")


def _form(request: Request, control: Control, status: int = 200, **context: Any) -> Response:
    title = control.card.title.in_(request.state.lang)
    return page(request, "controls/not_mine.html", status, control=control, title=title, **context)
