"""`/settings/establishment`: the main establishment, further ones, or who represents a company outside the EEA."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.establishing import EstablishmentForm, competent_authority, differs, establish, shown
from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.organisation import organisation
from core.territories import territories
from core.web import Now, Read, Tx, Typed, page, redirect, require, said
from incidents.countries import german_authorities
from notifications.authorities import authority_name
from notifications.competence import EEA

HERE = "/settings/establishment"
router = APIRouter(prefix=HERE)
Keeper = Annotated[Actor, Depends(require(Operation.MANAGE_SETTINGS))]


@router.get("")
def show(request: Request, session: Read, _actor: Keeper, done: bool = False) -> Response:
    return _page(request, session, done=done)


@router.post("")
def change(request: Request, typed: Typed, session: Tx, now: Now, actor: Keeper) -> Response:
    try:
        establish(session, actor, organisation(session), typed.read(EstablishmentForm), now)
    except Invalid as wrong:
        refuse(session)
        return _page(request, session, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect(f"{HERE}?done=true")


def _page(request: Request, session: Session, status: int = 200, /, **context: Any) -> Response:
    lang, row = request.state.lang, organisation(session)
    return page(
        request,
        "company/establishment.html",
        status,
        values=shown(session, row, lang),
        countries=[(code, name) for code, name in territories(lang).items() if code in EEA],
        lands=[(code, authority_name(code, lang)) for code in german_authorities()],
        competent=competent_authority(row, lang),
        differs=differs(row),
        **({"done": False} | context),
    )
