"""Settling many uncertain letters at once: a list to ask the relay with, and the answer that comes back."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import Database
from core.web import Now, Read, Tx, Typed, require
from incidents import informing
from incidents.informing.doubt import MOST_BYTES
from incidents.informing.taking_out import in_blocks
from incidents.pages.people.common import PREFIX, attempt, csv_file
from incidents.pages.people.recipients import show_list
from incidents.queries import find
from notifications.evidence import Verdict
from notifications.reconcile import in_doubt

router = APIRouter(prefix=PREFIX)
Writer = Annotated[Actor, Depends(require(Operation.WRITE_MAILING))]
HERE = "uncertain"


@router.get("/uncertain.csv")
def to_ask_about(request: Request, reference: str, session: Read, actor: Writer) -> Response:
    """The evidence with its answers still open. A Message-ID gives away neither an address nor a case."""
    incident = find(session, actor, reference, Operation.WRITE_MAILING)
    lines = _table(request.app.state.database, incident.id)
    return csv_file(f"{incident.reference}-uncertain.csv", lines)


def _table(database: Database, case_id: str) -> Iterator[list[str]]:
    yield ["message_id", "status"]

    def beyond(session: Session, after: str, most: int) -> list[tuple[str, str]]:
        return [(one, one) for one in in_doubt(session, case_id, after, most)]

    for one in in_blocks(database, "", beyond):
        yield [one, str(Verdict.UNKNOWN)]


@router.post("/evidence")
def take(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    content = next((file.file.read(MOST_BYTES + 1) for file in typed.files("evidence")), b"")

    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.READ_MAILING)
        return show_list(request, session, actor, incident, now, HERE, 0, status, **context)

    return attempt(request, session, actor, reference, Operation.WRITE_MAILING,
                   lambda incident: informing.take_evidence(session, actor, incident, content, now), shown,
                   f"/list?show={HERE}")  # fmt: skip
