"""The settings pages of the panels: the list with what each lacks, a new one, its seats and rules, its end."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, page, redirect, require, said
from identity.people import names
from incidents import panels
from incidents.commission import MAJORITY_LABELS, TIE_LABELS
from incidents.commission_models import STANDING, Panel
from incidents.panels.forms import PanelSettings, secretaries
from incidents.panels.view import panel_view, panel_views
from incidents.standing_panel import candidates, panel_seats, slots

router = APIRouter(prefix="/settings")
Convener = Annotated[Actor, Depends(require(Operation.CONVENE))]
HERE = "/settings/panels"


@router.get("/panel")
def moved(_actor: Convener) -> Response:
    """Where the one standing panel was kept."""
    return redirect(f"{HERE}/{STANDING}")


@router.get("/panels")
def show(request: Request, session: Read, _actor: Convener, done: str = "", panel: str = "") -> Response:
    lang = request.state.lang
    shown, retired = panel_views(session, lang), panel_views(session, lang, retired=True)
    return page(request, "panels/list.html", panels=shown, retired=retired, done=done,
                about=next((one for one in [*shown, *retired] if one.id == panel), None))  # fmt: skip


@router.get("/panels/new")
def new(request: Request, session: Read, _actor: Convener) -> Response:
    return _form(request, session, None)


@router.post("/panels/new")
def create(request: Request, session: Tx, typed: Typed, now: Now, actor: Convener) -> Response:
    try:
        panel = panels.create(session, actor, typed.read(PanelSettings), now)
    except Invalid as wrong:
        refuse(session)
        return _form(request, session, None, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect(f"{HERE}?done=created&panel={panel.id}")


@router.get("/panels/{panel_id}")
def edit(request: Request, panel_id: str, session: Read, _actor: Convener) -> Response:
    return _form(request, session, panels.find_panel(session, panel_id))


@router.post("/panels/{panel_id}")
def change(request: Request, panel_id: str, session: Tx, typed: Typed, now: Now, actor: Convener) -> Response:
    panel = panels.find_panel(session, panel_id)
    try:
        panels.change(session, actor, panel, typed.read(PanelSettings), now)
    except Invalid as wrong:
        refuse(session)
        panel = panels.find_panel(session, panel_id)
        return _form(request, session, panel, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect(f"{HERE}?done=changed&panel={panel.id}")


@router.post("/panels/{panel_id}/retire")
def retire(panel_id: str, session: Tx, now: Now, actor: Convener) -> Response:
    panel = panels.find_panel(session, panel_id)
    panels.retire(session, actor, panel, now)
    return redirect(f"{HERE}?done=retired&panel={panel.id}")


@router.post("/panels/{panel_id}/restore")
def restore(panel_id: str, session: Tx, now: Now, actor: Convener) -> Response:
    panel = panels.find_panel(session, panel_id)
    panels.restore(session, actor, panel, now)
    return redirect(f"{HERE}?done=restored&panel={panel.id}")


def _form(request: Request, session: Session, panel: Panel | None, status: int = 200, /, **context: Any) -> Response:
    lang = request.state.lang
    seats = panel_seats(session, panel.id) if panel else ()
    known = names(session, [*(seat.member for seat in seats), panel.secretary_id if panel else None])
    return page(
        request,
        "panels/edit.html",
        status,
        panel=panel,
        view=panel_view(panel, seats, known, lang) if panel else None,
        slots=slots([seat for seat in seats if seat.can_sit]),
        people=[(user.id, user.name) for user in candidates(session)],
        readers=[(user.id, user.name) for user in secretaries(session)],
        majorities=[(code, translate(lang, label)) for code, label in MAJORITY_LABELS.items()],
        ties=[(code, translate(lang, label)) for code, label in TIE_LABELS.items()],
        **context,
    )
