"""The settings of the company: its particulars, the mail relay, the report link."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app import company
from app.company import ParticularsForm, RelayForm, zones
from app.laws import law_rows
from app.pages.set_up import try_relay
from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.organisation import organisation
from core.settings import WrongSettings
from core.web import Now, Read, Tx, Typed, page, redirect, require, said
from notifications.authorities import choices, other_names
from notifications.relay import Relay, parse_relay, relay_url

router = APIRouter(prefix="/settings")
Keeper = Annotated[Actor, Depends(require(Operation.MANAGE_SETTINGS))]


@router.get("")
def show(request: Request, session: Read, _actor: Keeper, done: str = "") -> Response:
    return _page(request, session, done=done)


@router.post("")
def change(request: Request, typed: Typed, session: Tx, now: Now, actor: Keeper) -> Response:
    try:
        company.change(session, actor, organisation(session), typed.read(ParticularsForm), now)
    except Invalid as wrong:
        refuse(session)
        return _page(request, session, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect("/settings?done=company")


@router.post("/relay")
def change_relay(request: Request, typed: Typed, session: Tx, now: Now, actor: Keeper) -> Response:
    """Try first, keep after; an empty address with "remove" takes the relay away."""
    url = typed.get("smtp_url").strip()
    if typed.get("step") == "try":
        url = url or relay_url(session, request.app.state.settings)
        refuse(session)  # a relay may let us wait; nobody else does meanwhile
        tried = try_relay(request, url)
        return _page(request, session, relay_typed=typed, tried=tried)
    try:
        form = typed.read(RelayForm)
        if not form.smtp_url and typed.get("step") != "remove":
            form = form.model_copy(update={"smtp_url": relay_url(session, request.app.state.settings)})
        company.change_relay(session, actor, organisation(session), form, now)
    except Invalid as wrong:
        refuse(session)
        return _page(request, session, 422, relay_typed=typed, relay_wrong=said(wrong, request.state.lang))
    return redirect("/settings?done=relay")


@router.post("/regimes")
def change_regimes(request: Request, typed: Typed, session: Tx, now: Now, actor: Keeper) -> Response:
    try:
        company.change_regimes(session, actor, organisation(session), typed.all("regimes"), now)
    except Invalid as wrong:
        refuse(session)
        return _page(request, session, 422, regimes_typed=typed, regimes_wrong=said(wrong, request.state.lang))
    return redirect("/settings?done=regimes")


def _page(request: Request, session: Session, status: int = 200, /, **context: Any) -> Response:
    settings = request.app.state.settings
    row = organisation(session)
    plain = {
        "done": "",
        "regimes_typed": None,
        "regimes_wrong": None,
        "tried": None,
        "relay_typed": None,
        "relay_wrong": None,
    }
    return page(request, "company/settings.html", status, row=row, zones=zones(row.zone),
                authorities=choices(request.state.lang), other_names=other_names(request.state.lang),
                laws=law_rows(request.state.lang, row.zone), chosen_laws=company.chosen_regimes(row),
                relay=_relay(request, session), relay_is_set=bool(settings.smtp_url.get_secret_value()),
                report_address=f"{settings.base_url}/r/{row.intake_code}", **(plain | context))  # fmt: skip


def _relay(request: Request, session: Session) -> Relay | None:
    """Host, port and user of the relay in use; its password is never shown."""
    url = relay_url(session, request.app.state.settings)
    try:
        return parse_relay(url) if url else None
    except WrongSettings:
        return None
