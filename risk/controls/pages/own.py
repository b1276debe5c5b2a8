"""The form for a control that the company adds itself, new or again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid, NotFound
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, page, redirect, require
from risk import service
from risk.controls import own
from risk.controls.cards import GROUP_LABELS
from risk.controls.clauses import CLAUSES
from risk.models import Control
from risk.queries import find_control

router = APIRouter(prefix="/controls")
Adder = Annotated[Actor, Depends(require(Operation.ADD_CONTROL))]


@router.get("/new")
def new(request: Request, session: Read, _actor: Adder) -> Response:
    return _form(request, session)


@router.post("/new")
def add(request: Request, typed: Typed, session: Tx, actor: Adder, now: Now) -> Response:
    try:
        control = own.add(session, actor, typed.read(own.OwnForm), now)
    except Invalid as wrong:
        refuse(session)
        return _form(request, session, status=422, typed=typed, wrong=wrong.fields)
    return redirect(f"{control.path}?saved=control")


@router.get("/{code}/edit")
def edit(request: Request, code: str, session: Read, actor: Adder) -> Response:
    return _form(request, session, _own(session, actor, code))


@router.post("/{code}/edit")
def save(request: Request, code: str, typed: Typed, session: Tx, actor: Adder, now: Now) -> Response:
    control = _own(session, actor, code)
    try:
        own.edit(session, actor, control, typed.read(own.OwnForm), now)
    except Invalid as wrong:
        refuse(session)
        control = _own(session, actor, code)
        return _form(request, session, control, 422, typed=typed, wrong=wrong.fields)
    return redirect(f"{control.path}?saved=control")


def _own(session: Session, actor: Actor, code: str) -> Control:
    """A card of the catalogue is not edited: what differs is its interval, its owner and what a check says.

    Raises:
        NotFound: no such control, or none of the company's own.
    """
    control = find_control(session, actor, code, Operation.ADD_CONTROL)
    if not control.is_own:
        raise NotFound()
    return control


def _form(
    request: Request, session: Session, control: Control | None = None, status: int = 200, **context: Any
) -> Response:
    lang = request.state.lang
    return page(
        request,
        "controls/own.html",
        status,
        control=control,
        given=own.typed_again(control) if control else {},
        group_options=[(code, translate(lang, label)) for code, label in GROUP_LABELS.items()],
        clauses=[(clause, f"{clause} · {translate(lang, words)}") for clause, words in CLAUSES.items()],
        keepers=[(user.id, user.name) for user in service.keepers(session)],
        **context,
    )
