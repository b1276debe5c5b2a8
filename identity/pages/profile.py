"""My own page: name, language, colours, password, and where I am signed in."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, page, redirect, require
from identity import service
from identity.forms import ProfileForm

router = APIRouter(prefix="/profile")
Oneself = Annotated[Actor, Depends(require(Operation.EDIT_PROFILE))]


@router.get("")
def show(request: Request, session: Read, actor: Oneself, done: str = "") -> Response:
    return _page(request, session, actor, done=done)


@router.post("")
def edit(request: Request, typed: Typed, session: Tx, now: Now, actor: Oneself) -> Response:
    try:
        form = typed.read(ProfileForm)
    except Invalid as wrong:
        return _page(request, session, actor, 422, typed=typed, wrong=wrong.fields)
    service.edit_profile(session, actor, form, now)
    # The display cookies win over the profile, so they follow what was chosen here.
    return redirect(f"/profile?{urlencode({'done': 'saved', 'lang': form.language, 'theme': form.theme})}")


@router.post("/password")
def change_password(request: Request, typed: Typed, session: Tx, now: Now, actor: Oneself) -> Response:
    old, new = typed.get("old_password"), typed.get("new_password")
    try:
        service.change_password(session, actor, old, new, now, keep=request.state.known.token_hash)
    except Invalid as wrong:
        refuse(session)
        return _page(request, session, actor, 422, wrong=wrong.fields)
    return redirect("/profile?done=password")


@router.post("/sessions/{handle}/end")
def end(handle: str, session: Tx, now: Now, actor: Oneself) -> Response:
    service.end_own_session(session, actor, handle, now)
    return redirect("/profile?done=ended")


@router.post("/sessions/stay")
def stay(_actor: Oneself) -> Response:
    """One press before the idle end: the request itself has kept the session (WCAG 2.2.1)."""
    return Response(status_code=204)


def _page(request: Request, session: Session, actor: Actor, status: int = 200, **context: Any) -> Response:
    now, lang = request.app.state.clock(), request.state.lang
    wrong = {field: translate(lang, text) for field, text in context.pop("wrong", {}).items()}
    mine = [
        {
            "handle": found.token_hash[:16],
            "since": found.created_at,
            "seen": found.seen_at,
            "here": found.token_hash == request.state.known.token_hash,
        }
        for found in service.own_sessions(session, actor, now)
    ]
    return page(
        request,
        "identity/profile.html",
        status,
        person=service.person(session, actor.id),
        sessions=mine,
        wrong=wrong or None,
        **({"done": ""} | context),
    )
