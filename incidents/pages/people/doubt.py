"""Settling many uncertain letters at once: a list to ask the relay with, and the answer that comes back."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from core.access import Actor, Operation
from core.tables import csv_lines
from core.web import Now, Read, Tx, Typed, require
from incidents import informing
from incidents.informing.doubt import MOST_BYTES
from incidents.pages.people.common import PREFIX, attempt
from incidents.pages.people.recipients import show_list
from incidents.queries import find
from notifications.evidence import Verdict
from notifications.reconcile import in_doubt

router = APIRouter(prefix=PREFIX)
Writer = Annotated[Actor, Depends(require(Operation.WRITE_MAILING))]
HERE = "uncertain"


@router.get("/uncertain.csv")
def to_ask_about(reference: str, session: Read, actor: Writer) -> Response:
    """The evidence with its answers still open. A Message-ID gives away neither an address nor a case."""
    incident = find(session, actor, reference, Operation.WRITE_MAILING)
    rows = [["message_id", "status"], *([one, str(Verdict.UNKNOWN)] for one in in_doubt(session, incident.id))]
    name = f"{incident.reference}-uncertain.csv"
    return Response("".join(csv_lines(rows)), media_type="text/csv; charset=utf-8",
                    headers={"content-disposition": f'attachment; filename="{name}"'})  # fmt: skip


@router.post("/evidence")
def take(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    content = next((file.file.read(MOST_BYTES + 1) for file in typed.files("evidence")), b"")

    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.READ_MAILING)
        return show_list(request, session, actor, incident, now, HERE, 0, status, **context)

    return attempt(request, session, actor, reference, Operation.WRITE_MAILING,
                   lambda incident: informing.take_evidence(session, actor, incident, content, now), shown,
                   f"/list?show={HERE}")  # fmt: skip
