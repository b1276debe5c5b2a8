"""My own page: name, language, colours, password, where I am signed in, and when I am away."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import LEADERS, Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.i18n import date_only, translate
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, page, redirect, require
from identity import service
from identity.absence import WATCHING, own_absences, possible_deputies
from identity.forms import ProfileForm
from identity.people import names
from identity.rules.view import my_line

router = APIRouter(prefix="/profile")
Oneself = Annotated[Actor, Depends(require(Operation.EDIT_PROFILE))]


@router.get("")
def show(request: Request, session: Read, actor: Oneself, done: str = "") -> Response:
    return profile_page(request, session, actor, done=done)


@router.post("")
def edit(request: Request, typed: Typed, session: Tx, now: Now, actor: Oneself) -> Response:
    try:
        form = typed.read(ProfileForm)
    except Invalid as wrong:
        return profile_page(request, session, actor, 422, typed=typed, wrong=wrong.fields)
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
        return profile_page(request, session, actor, 422, wrong=wrong.fields)
    return redirect("/profile?done=password")


@router.post("/sessions/{handle}/end")
def end(handle: str, session: Tx, now: Now, actor: Oneself) -> Response:
    service.end_own_session(session, actor, handle, now)
    return redirect("/profile?done=ended")


@router.post("/sessions/stay")
def stay(_actor: Oneself) -> Response:
    """One press before the idle end: the request itself has kept the session (WCAG 2.2.1)."""
    return Response(status_code=204)


def profile_page(request: Request, session: Session, actor: Actor, status: int = 200, **context: Any) -> Response:
    """The page as it is, or with what was typed and what is wrong."""
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
        absences=_absences(session, actor, now, lang),
        deputies=[(user.id, user.name) for user in possible_deputies(session, actor)],
        rules=my_line(session, service.person(session, actor.id), now, lang),
        has_alarms=bool(actor.roles & {*LEADERS, *WATCHING}),
        wrong=wrong or None,
        **({"done": ""} | context),
    )


def _absences(session: Session, actor: Actor, now: datetime, lang: str) -> list[dict[str, Any]]:
    """In whole days, as they were entered; the last day is the one before the midnight at which it ends."""
    zone, rows = organisation(session).zone, own_absences(session, actor, now)
    people = names(session, [row.deputy_id for row in rows])
    return [
        {
            "id": row.id,
            "first": date_only(row.from_at, lang, zone),
            "last": date_only(row.until_at - timedelta(seconds=1), lang, zone),
            "deputy": people.get(row.deputy_id, ""),
            "running": row.from_at <= now,
        }
        for row in rows
    ]
