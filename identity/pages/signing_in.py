"""Coming in and going out."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import N_, Invalid, Throttled
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require, said
from identity import invitations, service
from identity.middleware import address_of
from identity.pages.cookies import device_cookie, let_in, local, show_out
from identity.sessions import revoke
from identity.signing_in import Try, enter, sign_in

router = APIRouter()
Visitor = Annotated[Actor, Depends(require(Operation.SIGN_IN))]
Guest = Annotated[Actor, Depends(require(Operation.ACCEPT_INVITATION))]
Leaving = Annotated[Actor, Depends(require(Operation.SIGN_OUT))]
NO_MATCH = N_("The e-mail address or the password is wrong.")


@router.get("/sign-in")
def ask(request: Request, actor: Visitor, next: str = "/") -> Response:
    if actor.signed_in:
        return redirect(local(next))
    return page(request, "identity/sign_in.html", next=local(next), kept=[], kept_path="/")


@router.post("/sign-in")
def answer(request: Request, typed: Typed, now: Now, _actor: Visitor) -> Response:
    """No transaction of the request here: a try counts whatever the answer, and hashing holds no lock."""
    try:
        entrance = sign_in(request.app.state.database, _try(request, typed), now)
    except Throttled as wait:
        return _again(request, typed, 429, wait.message, **wait.params)
    if entrance is None:
        return _again(request, typed, 422, NO_MATCH)
    kept_path = local(typed.get("kept_path", "/"))
    if kept_path != "/":
        resumed = page(request, "identity/resume.html", kept=_kept(typed), kept_path=kept_path)
        return let_in(request, entrance, resumed)
    return let_in(request, entrance, redirect(local(typed.get("next", "/"))))


@router.post("/sign-out")
def leave(request: Request, session: Tx, now: Now, actor: Leaving) -> Response:
    service.sign_out(session, actor, request.state.known.token_hash, now)
    return show_out(request, "/sign-in")


@router.get("/invitation/{token}")
def welcome(request: Request, token: str, session: Read, now: Now, _actor: Guest) -> Response:
    return page(request, "identity/invitation.html", person=invitations.invited(session, token, now), token=token)


@router.post("/invitation/{token}")
def join(request: Request, token: str, typed: Typed, session: Tx, now: Now, _actor: Guest) -> Response:
    try:
        user = invitations.accept(session, token, typed.get("password"), now)
    except Invalid as wrong:
        refuse(session)
        return _choose_again(request, session, token, wrong, now)
    if request.state.known:
        revoke(session, request.state.known.token_hash, now)
    return let_in(request, enter(session, user, now), redirect("/"))


def _choose_again(request: Request, session: Session, token: str, wrong: Invalid, now: datetime) -> Response:
    person = invitations.invited(session, token, now)
    faults = said(wrong, request.state.lang)
    return page(request, "identity/invitation.html", 422, person=person, token=token, wrong=faults)


def _try(request: Request, typed: TypedForm) -> Try:
    device = request.cookies.get(device_cookie(secure=request.app.state.settings.secure), "")
    return Try(typed.get("email").strip().lower()[:254], typed.get("password"), address_of(request), device)


def _again(request: Request, typed: TypedForm, status: int, message: str, **params: object) -> Response:
    wrong = {"": translate(request.state.lang, message, **params)}
    next_ = local(typed.get("next", "/"))
    kept, kept_path = _kept(typed), local(typed.get("kept_path", "/"))
    return page(request, "identity/sign_in.html", status, typed=typed, wrong=wrong, next=next_, kept=kept,
                kept_path=kept_path)  # fmt: skip


def _kept(typed: TypedForm) -> list[tuple[str, str]]:
    """The answers of a form that was sent after its session had ended; they travel under names of their own."""
    found = [
        (name.removeprefix("kept."), value) for name, value in typed.data.multi_items() if name.startswith("kept.")
    ]
    return [(name, value) for name, value in found if isinstance(value, str)]
