"""The settings page of the ways in to the authorities: what each needs, who holds it, and a form for the next trial."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, page, redirect, require, said
from incidents.readiness.keeping import TrialForm, possible_holders, record_trial
from incidents.readiness.rule import RESULTS
from incidents.readiness.view import ways_in

HERE = "/settings/authority-readiness"
router = APIRouter(prefix=HERE)
Filer = Annotated[Actor, Depends(require(Operation.FILE_NOTICE))]


@router.get("")
def show(request: Request, session: Read, now: Now, _actor: Filer, authority: str = "", done: str = "") -> Response:
    return _page(request, session, now, chosen=authority, done=done)


@router.post("")
def tried(request: Request, session: Tx, typed: Typed, now: Now, actor: Filer) -> Response:
    try:
        form = typed.read(TrialForm)
        record_trial(session, actor, form, now)
    except Invalid as wrong:
        refuse(session)
        return _page(request, session, now, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect(f"{HERE}?done={form.authority}")


def _page(
    request: Request, session: Session, now: datetime, status: int = 200, /, chosen: str = "", done: str = "",
    **context: Any,
) -> Response:  # fmt: skip
    lang = request.state.lang
    ways = ways_in(session, now, lang)
    return page(
        request,
        "authority/readiness.html",
        status,
        ways=ways,
        chosen=chosen or ways[0].code,
        saved=next((way for way in ways if way.code == done), None),
        people=[(user.id, user.name) for user in possible_holders(session)],
        results=[(code, translate(lang, label)) for code, label in RESULTS.items()],
        **context,
    )
