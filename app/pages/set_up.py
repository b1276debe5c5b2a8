"""The first-run page. Nothing is kept between its answers; every answer shows again what was typed."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app import first_run
from app.company import OTHER_TROUBLE, TROUBLE, RelayForm, zones
from core.access import Actor, Operation
from core.db import refuse
from core.errors import N_, Invalid, NotFound, Unavailable
from core.i18n import translate
from core.organisation import is_set_up
from core.web import Now, Read, Tx, Typed, TypedForm, page, require, said
from identity import passwords
from identity.pages.cookies import let_in
from identity.signing_in import enter
from notifications.authorities import choices, other_names
from notifications.smtp import knock

router = APIRouter(prefix="/set-up")
Founder = Annotated[Actor, Depends(require(Operation.SET_UP))]


@router.get("")
def ask(request: Request, session: Read, _actor: Founder, token: str = "") -> Response:
    _require_first_run(request, is_set_up(session))
    if not first_run.is_token(request.app.state.settings, token):
        wrong = {"token": translate(request.state.lang, N_("This token is not the one in the terminal."))}
        return page(request, "company/set_up_token.html", 422 if token else 200, wrong=wrong if token else None)
    return _form(request, token)


@router.post("")
def answer(request: Request, typed: Typed, session: Tx, now: Now, _actor: Founder) -> Response:
    """Trying the relay comes back to the form; the rest makes the company and lets its first person in."""
    _require_first_run(request, is_set_up(session))
    settings, token = request.app.state.settings, typed.get("token")
    if not first_run.is_token(settings, token):
        raise NotFound()
    if typed.get("step") == "try":
        refuse(session)
        return _form(request, token, typed=typed, tried=try_relay(request, typed.get("smtp_url").strip()))
    try:
        form, relay = _read(typed)
        ready = first_run.set_up(session, form, relay, typed.get("password"), now)
    except Invalid as wrong:
        refuse(session)
        faults = said(wrong, request.state.lang)
        return _form(request, token, 422, typed=typed, wrong=faults)
    links = [{"person": user, "address": f"{settings.base_url}{path}"} for user, path in ready.links]
    shown = page(request, "company/ready.html", ready=ready, links=links, company=ready.company,
                 has_relay=bool(relay.smtp_url or settings.smtp_url.get_secret_value()),
                 report_address=f"{settings.base_url}/r/{ready.company.intake_code}")  # fmt: skip
    return let_in(request, enter(session, ready.user, now), shown)


def try_relay(request: Request, url: str) -> dict[str, str]:
    """A real connection: greeting, encryption, sign-in. One sentence says what came of it."""
    if not url:
        return {"kind": "soon", "sentence": translate(request.state.lang, N_("Write the address of the relay first."))}
    trouble = knock(url)
    if not trouble:
        return {"kind": "ok", "sentence": translate(request.state.lang, N_("The relay answers and lets us in."))}
    return {"kind": "danger", "sentence": translate(request.state.lang, TROUBLE.get(trouble, OTHER_TROUBLE))}


def _read(typed: TypedForm) -> tuple[first_run.SetUpForm, RelayForm]:
    """Both forms at once, so that every fault shows in one go."""
    faults: dict[str, str] = {}
    read: list[Any] = []
    for model in (first_run.SetUpForm, RelayForm):
        try:
            read.append(typed.read(model))
        except Invalid as wrong:
            faults |= wrong.fields
    try:
        passwords.require_good(typed.get("password"))
    except Invalid as wrong:
        faults |= wrong.fields
    if faults:
        raise Invalid(faults)
    return read[0], read[1]


def _form(request: Request, token: str, status: int = 200, /, **context: Any) -> Response:
    settings = request.app.state.settings
    return page(request, "company/set_up.html", status, token=token, zones=zones(),
                authorities=choices(request.state.lang), other_names=other_names(request.state.lang),
                relay_is_set=bool(settings.smtp_url.get_secret_value()), **({"tried": None} | context))  # fmt: skip


def _require_first_run(request: Request, done: bool) -> None:
    if done:
        raise NotFound()
    if not first_run.from_this_machine(request):
        raise Unavailable(first_run.NOT_YET)
