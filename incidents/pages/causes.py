"""`/settings/causes`: the catalogue of causes, a draft of the next version, and what it would change in past cases."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Conflict, DomainError, Invalid
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, page, redirect, require, said
from incidents.cause_drafting import GONE, discard, draft, keep_card, published, put_back, retire
from incidents.cause_dry_run import dry_run
from incidents.cause_dry_run_view import dry_run_view
from incidents.cause_form import CauseForm
from incidents.cause_publishing import PublishForm, publish, seen
from incidents.cause_view import class_rows, draft_lines, version_rows
from incidents.causes import CARDS
from incidents.classification import CLASS_LABELS, CauseClass

router = APIRouter(prefix="/settings/causes")
Keeper = Annotated[Actor, Depends(require(Operation.MANAGE_CAUSES))]
HERE = "/settings/causes"


@router.get("")
def show(request: Request, session: Read, _actor: Keeper, done: str = "") -> Response:
    return _list(request, session, 200, done=done)


@router.post("")
def change_draft(request: Request, session: Tx, typed: Typed, now: Now, actor: Keeper) -> Response:
    """Retire a cause or put it back in the draft, or drop the draft."""
    code = typed.get("code")
    try:
        match typed.get("step"):
            case "retire":
                retire(session, actor, code, now)
            case "put_back":
                put_back(session, actor, code, now)
            case "discard":
                discard(session)
            case _:
                raise Conflict(GONE)
    except Conflict as wrong:
        refuse(session)
        return _list(request, session, wrong.status, wrong=said(wrong, request.state.lang))
    return redirect(f"{HERE}?done=draft")


@router.get("/card")
def card(request: Request, session: Read, _actor: Keeper, code: str = "") -> Response:
    return _card(request, session, code, 200)


@router.post("/card")
def save_card(request: Request, session: Tx, typed: Typed, now: Now, actor: Keeper) -> Response:
    try:
        keep_card(session, actor, typed.read(CauseForm), now)
    except (Invalid, Conflict) as wrong:
        refuse(session)
        faults = said(wrong, request.state.lang)
        return _card(request, session, typed.get("code"), wrong.status, typed=typed, wrong=faults)
    return redirect(f"{HERE}?done=draft")


@router.get("/publish")
def look(request: Request, session: Read, actor: Keeper) -> Response:
    return _publish(request, session, actor, 200)


@router.post("/publish")
def put_in_force(request: Request, session: Tx, typed: Typed, now: Now, actor: Keeper) -> Response:
    try:
        publish(session, actor, typed.read(PublishForm), now)
    except DomainError as wrong:
        refuse(session)
        faults = said(wrong, request.state.lang)
        return _publish(request, session, actor, wrong.status, typed=typed, wrong=faults)
    return redirect(f"{HERE}?done=published")


def _list(request: Request, session: Session, status: int, **context: Any) -> Response:
    lang = request.state.lang
    in_force, coming = published(session), draft(session)
    return page(
        request, "causes/list.html", status,
        classes=class_rows(in_force, coming, lang),
        unknown=CARDS[CauseClass.UNKNOWN],
        lines=draft_lines(in_force, coming, lang) if coming else [],
        versions=version_rows(session, lang),
        **context,
    )  # fmt: skip


def _card(request: Request, session: Session, code: str, status: int, **context: Any) -> Response:
    lang = request.state.lang
    found = (draft(session) or published(session)).card(code)
    kinds = [
        (str(kind), f"{translate(lang, CLASS_LABELS[kind])} ({CARDS[kind].clause})")
        for kind in CauseClass if kind is not CauseClass.UNKNOWN
    ]  # fmt: skip
    return page(request, "causes/card.html", status, card=found, kinds=kinds, **context)


def _publish(request: Request, session: Session, actor: Actor, status: int, **context: Any) -> Response:
    lang = request.state.lang
    in_force, coming = published(session), draft(session)
    if coming is None:
        return page(request, "causes/publish.html", status, lines=[], **context)
    before, after = in_force.catalogue, coming.catalogue
    return page(
        request, "causes/publish.html", status,
        lines=draft_lines(in_force, coming, lang),
        found=dry_run_view(dry_run(session, actor, before, after), before, after, lang),
        sees_cases=actor.may(Operation.READ_CASE),
        version=after.version,
        seen=seen(session),
        **context,
    )  # fmt: skip
