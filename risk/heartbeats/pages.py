"""Pages of the machines of a control: one machine with its recipes, the form that makes it, and the token, once."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import DomainError, NotFound
from core.web import Now, Read, Tx, Typed, page, redirect, require, said
from risk.heartbeats import keeping, recipes, view
from risk.heartbeats.models import Heartbeat
from risk.models import Control
from risk.queries import find_control

router = APIRouter(prefix="/controls/{code}/heartbeats")
Reader = Annotated[Actor, Depends(require(Operation.LIST_CONTROLS))]
Keeper = Annotated[Actor, Depends(require(Operation.MANAGE_HEARTBEATS))]


@router.get("/new")
def new(request: Request, code: str, session: Read, actor: Keeper) -> Response:
    return _new(request, find_control(session, actor, code, Operation.MANAGE_HEARTBEATS))


@router.post("/new")
def create(request: Request, code: str, session: Tx, typed: Typed, actor: Keeper, now: Now) -> Response:
    """The token is shown in this answer, once; it is not stored and cannot be shown again."""
    control = find_control(session, actor, code, Operation.MANAGE_HEARTBEATS)
    try:
        heartbeat, token = keeping.add(session, actor, control, typed.read(keeping.HeartbeatForm), now)
    except DomainError as wrong:
        refuse(session)
        control = find_control(session, actor, code, Operation.MANAGE_HEARTBEATS)
        return _new(request, control, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return _token(request, session, heartbeat, token)


@router.get("/{heartbeat_id}")
def show(request: Request, code: str, heartbeat_id: str, session: Read, actor: Reader, saved: str = "") -> Response:
    heartbeat = keeping.find(session, actor, code, heartbeat_id, Operation.LIST_CONTROLS)
    return _show(request, session, actor, heartbeat, saved=saved)


@router.post("/{heartbeat_id}")
def change(
    request: Request, code: str, heartbeat_id: str, session: Tx, typed: Typed, actor: Keeper, now: Now
) -> Response:
    heartbeat = keeping.find(session, actor, code, heartbeat_id, Operation.MANAGE_HEARTBEATS)
    try:
        keeping.change(session, actor, heartbeat, typed.read(keeping.HeartbeatForm), now)
    except DomainError as wrong:
        refuse(session)
        heartbeat = keeping.find(session, actor, code, heartbeat_id, Operation.MANAGE_HEARTBEATS)
        faults = said(wrong, request.state.lang)
        return _show(request, session, actor, heartbeat, wrong.status, typed=typed, wrong=faults)
    return redirect(f"{heartbeat.path}?saved=change")


@router.post("/{heartbeat_id}/token")
def renew(request: Request, code: str, heartbeat_id: str, session: Tx, actor: Keeper, now: Now) -> Response:
    heartbeat = keeping.find(session, actor, code, heartbeat_id, Operation.MANAGE_HEARTBEATS)
    return _token(request, session, heartbeat, keeping.renew(session, actor, heartbeat, now))


@router.post("/{heartbeat_id}/token/revoke")
def revoke(code: str, heartbeat_id: str, session: Tx, actor: Keeper, now: Now) -> Response:
    heartbeat = keeping.find(session, actor, code, heartbeat_id, Operation.MANAGE_HEARTBEATS)
    keeping.revoke(session, actor, heartbeat, now)
    return redirect(f"{heartbeat.path}?saved=revoked")


def machines(request: Request, session: Session, actor: Actor, control: Control) -> dict[str, Any]:
    """What the page of a control shows of its machines (templates/heartbeats/section.html)."""
    lang, now = request.state.lang, request.app.state.clock()
    return {"machines": view.cards(session, control, now, lang), "may_add_machine": _manages(session, actor, control)}


def _new(request: Request, control: Control, status: int = 200, **context: Any) -> Response:
    title = control.card.title.in_(request.state.lang)
    return page(request, "heartbeats/new.html", status, control=control, control_title=title, **context)


def _token(request: Request, session: Session, heartbeat: Heartbeat, token: str) -> Response:
    base = request.app.state.settings.base_url
    return page(
        request,
        "heartbeats/token.html",
        201,
        machine=view.card(session, heartbeat, request.app.state.clock(), request.state.lang),
        token=token,
        ping=recipes.ping_address(base, token),
        api=recipes.api_address(base, heartbeat.control_code),
        header=recipes.header_file(token),
        recipes=recipes.filled(base, heartbeat.control_code, token),
    )


def _show(
    request: Request, session: Session, actor: Actor, heartbeat: Heartbeat, status: int = 200, **context: Any
) -> Response:
    base, lang = request.app.state.settings.base_url, request.state.lang
    control = session.get_one(Control, heartbeat.control_code)
    return page(
        request,
        "heartbeats/show.html",
        status,
        control=control,
        control_title=control.card.title.in_(lang),
        machine=view.card(session, heartbeat, request.app.state.clock(), lang),
        may_change=_manages(session, actor, control),
        stands=view.typed_of(session, heartbeat),
        api=recipes.api_address(base, heartbeat.control_code),
        ping=recipes.ping_address(base),
        header=recipes.header_file(),
        recipes=recipes.filled(base, heartbeat.control_code),
        **{"saved": ""} | context,
    )


def _manages(session: Session, actor: Actor, control: Control) -> bool:
    try:
        find_control(session, actor, control.code, Operation.MANAGE_HEARTBEATS)
    except NotFound:
        return False
    return True
