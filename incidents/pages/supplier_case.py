"""`/incidents/{reference}/suppliers`: what suppliers told about a case, and asking one of them for facts."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import Conflict, Invalid
from core.web import Now, Read, Tx, Typed, redirect, require
from incidents.case_facts import legal_clock
from incidents.models import Incident
from incidents.pages.showing import again, local, required_moment, show
from incidents.queries import find, find_to_change
from incidents.suppliers.asking import USUALLY, ask, withdraw
from incidents.suppliers.keeping import card, cards, find_supplier
from incidents.suppliers.view import parties

router = APIRouter(prefix="/incidents/{reference}/suppliers")
Reader = Annotated[Actor, Depends(require(Operation.READ_COMMISSION))]  # who reads what people wrote
Asker = Annotated[Actor, Depends(require(Operation.ANSWER_REPORTER))]


@router.get("")
def told(reference: str, request: Request, session: Read, actor: Reader, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.READ_COMMISSION)
    return _page(request, session, actor, incident, now)


@router.post("", response_model=None)
def ask_one(reference: str, request: Request, session: Tx, typed: Typed, actor: Asker, now: Now) -> Response:
    """Answered with the link, shown once: it can be handed over in another way, should the mailbox be part of it."""
    incident = find_to_change(session, actor, reference, Operation.ANSWER_REPORTER)
    try:
        needed_by = required_moment(session, typed, "needed_by")
        path = ask(session, actor, incident, typed.get("supplier"), needed_by, now)
    except (Invalid, Conflict) as wrong:
        return again(_page, request, session, actor, incident, now, typed, wrong)
    supplier = card(session, find_supplier(session, typed.get("supplier")))
    address = request.app.state.settings.base_url + path
    return show(request, session, actor, incident, now, "supplier_asked.html", 201, supplier=supplier,
                address=address, needed_by=needed_by)  # fmt: skip


@router.post("/{link_id}/withdraw")
def take_back(reference: str, link_id: str, session: Tx, actor: Asker, now: Now) -> Response:
    incident = find_to_change(session, actor, reference, Operation.ANSWER_REPORTER)
    withdraw(session, actor, incident, link_id, now)
    return redirect(f"{incident.path}/suppliers")


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200, /,
    **context: Any,
) -> HTMLResponse:  # fmt: skip
    clock = legal_clock(incident)
    return show(
        request, session, actor, incident, now, "suppliers.html", status, tab="suppliers",
        parties=parties(session, incident, now, request.state.lang),
        suppliers=[(one.id, one.name) for one in cards(session, at_work=True)],
        proposed=local(session, now + USUALLY),
        our_deadline=clock.ends_at if clock else None,
        **context,
    )  # fmt: skip
