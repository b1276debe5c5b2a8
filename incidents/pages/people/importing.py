"""The list of people: choose or paste it, look at it, import it whole or say what is wrong row by row."""

from datetime import datetime
from io import BytesIO
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import Invalid
from core.web import Now, Read, Tx, Typed, TypedForm, page, require
from incidents import informing
from incidents.case_view import case_view
from incidents.informing.accounting import draft_beside_case
from incidents.informing.listing import draft_of
from incidents.informing.long_list import waiting
from incidents.models import Incident
from incidents.pages.people.common import DOUBTS, PREFIX, attempt
from incidents.pages.people.long_import import chosen_columns, column_labels, long_page
from incidents.people_told import on_list
from incidents.queries import find

router = APIRouter(prefix=f"{PREFIX}/import")
Writer = Annotated[Actor, Depends(require(Operation.WRITE_MAILING))]
SHOWN = 3
MOST_FAULTS = 200


@router.get("")
def show(request: Request, reference: str, session: Read, now: Now, actor: Writer, new: bool = False) -> Response:
    incident = find(session, actor, reference, Operation.WRITE_MAILING)
    return _page(request, session, actor, incident, now, new=new)


@router.post("")
def send_in(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    """A file, or pasted rows. Nothing is imported by this; the page then shows what was read."""

    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.WRITE_MAILING)
        return _page(request, session, actor, incident, now, status, new=True, typed=typed, **context)

    look = informing.look_through(_sent(typed))
    return attempt(
        request, session, actor, reference, Operation.WRITE_MAILING,
        lambda incident: informing.send_in(session, actor, incident, look, now), shown, "/import",
    )  # fmt: skip


@router.post("/confirm")
def confirm(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.WRITE_MAILING)
        return _page(request, session, actor, incident, now, status, chosen=columns, typed=typed, **context)

    columns = chosen_columns(typed)
    return attempt(
        request, session, actor, reference, Operation.WRITE_MAILING,
        lambda incident: informing.import_list(
            session, actor, incident, columns, now, with_faults=typed.get("step") == "rest"
        ), shown, _next,
    )  # fmt: skip


def _next(imported: informing.Importing) -> str:
    """Straight to the rows that only a person can tell apart, when there are any."""
    return DOUBTS if any(entry.doubt for entry in imported.entries) else ""


def _sent(typed: TypedForm) -> BinaryIO:
    files = typed.files("list")
    return files[0].file if files else BytesIO(typed.get("pasted").encode())


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200, *,
    new: bool = False, chosen: list[str] | None = None, **context: Any,
) -> Response:  # fmt: skip
    lang = request.state.lang
    if not new and (sent := waiting(session, incident)):
        return long_page(request, session, actor, incident, sent, now, status, chosen=chosen, **context)
    try:
        draft = None if new else draft_of(session, incident, chosen)
    except Invalid:
        draft = draft_of(session, incident)
    columns = chosen or (draft.columns if draft else [])
    people = len([entry for entry in draft.entries if entry.same_as is None]) if draft else 0
    return page(
        request,
        "people/confirm.html" if draft else "people/import.html",
        status,
        case=case_view(session, actor, incident, now, lang),
        draft=draft,
        columns=columns,
        samples=[cells for _, cells in draft.sheet.rows[:SHOWN]] if draft else [],
        labels=column_labels(lang),
        faults=draft.faults[:MOST_FAULTS] if draft else (),
        people=people,
        difference=on_list(draft_beside_case(session, incident, people), lang) if people else None,
        **context,
    )  # fmt: skip
