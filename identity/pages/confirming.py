"""The password once more, before something is taken out (ASVS V7.5.3). It holds for this session for ten minutes.

Pages that offer a file ask for it where they offer it: the form sends the address of the file along, and the file is
the answer. Who follows a link to a file is asked here.
"""

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.web import Now, Tx, Typed, page, redirect, require, said
from identity.pages.cookies import local
from identity.service import confirm_session

router = APIRouter(prefix="/confirm")
Person = Annotated[Actor, Depends(require(Operation.CONFIRM_PASSWORD))]


@router.get("")
def ask(request: Request, _actor: Person, next: str = "/") -> Response:
    """The question; or, when it was answered a moment ago, the way to what was asked for."""
    wanted = local(next)
    template = "identity/confirmed.html" if request.state.confirmed else "identity/confirm.html"
    return page(request, template, next=wanted, back=_from(wanted))


@router.post("")
def answer(request: Request, typed: Typed, session: Tx, actor: Person, now: Now) -> Response:
    wanted = local(typed.get("next", "/"))
    try:
        confirm_session(session, actor, request.state.known.token_hash, typed.get("password"), now)
    except Invalid as wrong:
        refuse(session)
        faults = said(wrong, request.state.lang)
        return page(request, "identity/confirm.html", 422, next=wanted, back=_from(wanted), typed=typed, wrong=faults)
    return redirect(f"/confirm?{urlencode({'next': wanted})}" if typed.get("page") else wanted)


def _from(wanted: str) -> str:
    """The page that offers the file: one step up, with its filter."""
    parts = urlsplit(wanted)
    above = parts.path.rpartition("/")[0] or "/"
    return f"{above}?{parts.query}" if parts.query else above
