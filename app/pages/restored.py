"""An earlier state of the service: what may have left since, and the step that ends it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from app.restored_view import last_ended, settling
from core.access import Actor, Operation
from core.db import refuse
from core.errors import Conflict, Invalid
from core.restored import restored
from core.web import Now, Read, Tx, Typed, page, redirect, require, said
from identity.people import person
from identity.service import confirm_password
from incidents.restoring import end

router = APIRouter(prefix="/restored")
Settler = Annotated[Actor, Depends(require(Operation.SETTLE_RESTORED))]


@router.get("")
def show(request: Request, session: Read, actor: Settler) -> HTMLResponse:
    return _page(request, session, actor)


@router.post("/end")
def finish(request: Request, session: Tx, actor: Settler, typed: Typed, now: Now) -> Response:
    """The password is the signature of whoever says that all is settled."""
    try:
        confirm_password(session, actor, typed.get("password"), now)
        end(session, actor, now)
    except (Invalid, Conflict) as wrong:
        refuse(session)
        return _page(request, session, actor, 422, wrong=said(wrong, request.state.lang))
    return redirect("/restored")


def _page(request: Request, session: Session, actor: Actor, status: int = 200, **more: Any) -> HTMLResponse:
    ended = last_ended(session)
    who = person(session, ended.ended_by) if ended and ended.ended_by else None
    return page(request, "restored/show.html", status, copy=restored(session), settling=settling(session, actor),
                ended=ended, ended_by=who.name if who else "", **more)  # fmt: skip
