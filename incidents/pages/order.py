"""`/incidents/{reference}/commission/order`: the order of the latest round, as a page and as a PDF."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.document import Document
from core.pdf import render
from core.web import Now, Read, page, redirect, require
from incidents.assessing.seats import commission_of
from incidents.case_view import case_view
from incidents.models import Incident
from incidents.order_document import order_document, order_of
from incidents.queries import find

router = APIRouter(prefix="/incidents/{reference}/commission")
Reader = Annotated[Actor, Depends(require(Operation.READ_COMMISSION))]


@router.get("/order")
def order(request: Request, reference: str, session: Read, now: Now, actor: Reader) -> Response:
    incident = find(session, actor, reference, Operation.READ_COMMISSION)
    written = _written(session, incident, request.state.lang, now)
    if written is None:
        return redirect(f"{incident.path}/commission")
    view = case_view(session, actor, incident, now, request.state.lang)
    return page(request, "commission/order.html", case=view, order=written)


@router.get("/order.pdf")
def order_pdf(request: Request, reference: str, session: Read, now: Now, actor: Reader) -> Response:
    incident = find(session, actor, reference, Operation.READ_COMMISSION)
    written = _written(session, incident, request.state.lang, now)
    if written is None:
        return redirect(f"{incident.path}/commission")
    headers = {"content-disposition": f'attachment; filename="{incident.reference}-order.pdf"'}
    return Response(render(written), media_type="application/pdf", headers=headers)


def _written(session: Session, incident: Incident, lang: str, now: Now) -> Document | None:
    """None before the first call: the page that calls shows what the order would say."""
    commission = commission_of(session, incident)
    if commission is None:
        return None
    return order_document(session, incident, order_of(session, commission), lang, now)
