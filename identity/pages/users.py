"""People with an account: invite, give roles, close. For the administrator and the head."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation, Role
from core.bounded import in_words
from core.db import refuse
from core.errors import Invalid
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, page, redirect, require, said
from identity import invitations, service
from identity.forms import InvitationForm, RolesForm, UnitForm
from identity.listing import number, page_of
from identity.models import User
from identity.titles import TASKS, TITLES, titles

router = APIRouter(prefix="/users")
Keeper = Annotated[Actor, Depends(require(Operation.MANAGE_USERS))]


@router.get("")
def people(request: Request, session: Read, _actor: Keeper, after: str = "") -> Response:
    shown, following = page_of(session, after)
    count = number(session)
    return page(
        request,
        "identity/users.html",
        people=[_row(user, request.state.lang) for user in shown],
        number=count,
        in_words=in_words(count),
        first_href="/users" if after else "",
        next_href=f"/users?after={following}" if following else "",
    )


@router.get("/new")
def ask(request: Request, _actor: Keeper) -> Response:
    return _form(request)


@router.post("/new")
def invite(request: Request, typed: Typed, session: Tx, now: Now, actor: Keeper) -> Response:
    """The link is shown here once; it is not stored and cannot be shown again."""
    try:
        form = typed.read(InvitationForm)
        service.confirm_password(session, actor, typed.get("password"), now)
        user, path = invitations.invite(session, actor, form, now)
    except Invalid as wrong:
        refuse(session)
        return _form(request, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return _link(request, user, path, invitations.LIFE)


@router.get("/{user_id}")
def one(request: Request, user_id: str, session: Read, actor: Keeper, done: str = "") -> Response:
    return _person(request, session, actor, user_id, done=done)


@router.post("/{user_id}/roles")
def change_roles(request: Request, user_id: str, typed: Typed, session: Tx, now: Now, actor: Keeper) -> Response:
    try:
        form = typed.read(RolesForm)
        service.confirm_password(session, actor, typed.get("password"), now)
        service.change_roles(session, actor, service.person(session, user_id), form.roles, now)
    except Invalid as wrong:
        refuse(session)
        return _person(request, session, actor, user_id, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect(f"/users/{user_id}?done=roles")


@router.post("/{user_id}/unit")
def change_unit(request: Request, user_id: str, typed: Typed, session: Tx, now: Now, actor: Keeper) -> Response:
    try:
        service.set_unit(session, actor, service.person(session, user_id), typed.read(UnitForm), now)
    except Invalid as wrong:
        refuse(session)
        return _person(request, session, actor, user_id, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect(f"/users/{user_id}?done=unit")


@router.post("/{user_id}/close")
def close(user_id: str, session: Tx, now: Now, actor: Keeper) -> Response:
    service.close_account(session, actor, service.person(session, user_id), now)
    return redirect(f"/users/{user_id}?done=closed")


@router.post("/{user_id}/open")
def reopen(user_id: str, session: Tx, now: Now, actor: Keeper) -> Response:
    service.open_account(session, actor, service.person(session, user_id), now)
    return redirect(f"/users/{user_id}?done=opened")


@router.post("/{user_id}/link")
def new_link(request: Request, user_id: str, typed: Typed, session: Tx, now: Now, actor: Keeper) -> Response:
    """A new link opens the account to whoever holds it, so it asks for the password too."""
    try:
        service.confirm_password(session, actor, typed.get("password_again"), now, field="password_again")
        user = service.person(session, user_id)
        life = invitations.ends_at(user, now) - now
        path = invitations.invite_again(session, actor, user, now)
    except Invalid as wrong:
        refuse(session)
        return _person(request, session, actor, user_id, 422, wrong=said(wrong, request.state.lang))
    return _link(request, user, path, life)


def _link(request: Request, user: User, path: str, life: Any) -> Response:
    address = f"{request.app.state.settings.base_url}{path}"
    return page(request, "identity/link.html", person=user, address=address, minutes=int(life.total_seconds()) // 60)


def _form(request: Request, status: int = 200, /, **context: Any) -> Response:
    return page(request, "identity/invite.html", status, roles=_choices(request.state.lang), **context)


def _person(
    request: Request, session: Session, actor: Actor, user_id: str, status: int = 200, /, **context: Any
) -> Response:
    lang = request.state.lang
    user = service.person(session, user_id)
    return page(request, "identity/user.html", status, person=user, row=_row(user, lang), roles=_choices(lang),
                oneself=user.id == actor.id, **({"done": ""} | context))  # fmt: skip


def _row(user: User, lang: str) -> dict[str, Any]:
    held = [translate(lang, title) for title in titles(user.roles)]
    state = "closed" if user.disabled_at else "joined" if user.joined_at else "invited"
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "roles": ", ".join(held),
        "state": state,
        "unit": user.unit,
    }


def _choices(lang: str) -> list[tuple[Role, str, str]]:
    return [(role, translate(lang, title), translate(lang, TASKS[role])) for role, title in TITLES.items()]
