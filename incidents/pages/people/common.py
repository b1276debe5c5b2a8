"""What the pages of the letters share: the case, a verb with its refusals, and the way back."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit import record
from core.db import refuse
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.tables import Cell, csv_lines, in_parts
from core.web import redirect, said
from incidents.informing import mailing_of
from incidents.models import Incident
from incidents.queries import find_to_change
from notifications.letters.models import Mailing

PREFIX = "/incidents/{reference}/people"
Show = Callable[..., Response]
DOUBTS = "/list?show=doubt"  # the rows that only a person can tell apart


def attempt(
    request: Request, session: Session, actor: Actor, reference: str, operation: Operation,
    verb: Callable[[Incident], Any], again: Show, to: str | Callable[[Any], str] = "",
) -> Response:  # fmt: skip
    """Do `verb` on the case; when it is refused, nothing is done and `again` shows the page with what was typed.

    `to`: the page to go on with, or what says it from the result of the verb.
    """
    incident = find_to_change(session, actor, reference, operation)
    try:
        done = verb(incident)
        session.flush()
    except (Invalid, Conflict, Forbidden) as wrong:
        refuse(session)
        return again(wrong.status, wrong=said(wrong, request.state.lang), refusal=wrong)
    return redirect(f"{incident.path}/people{to if isinstance(to, str) else to(done)}")


def required(session: Session, incident: Incident) -> Mailing:
    """The mailing of a case that has one.

    Raises:
        NotFound: it has none yet.
    """
    mailing = mailing_of(session, incident)
    if mailing is None:
        raise NotFound()
    return mailing


def csv_file(name: str, rows: Iterable[Iterable[Cell]]) -> Response:
    """The rows on their way out while they are read."""
    return StreamingResponse(in_parts(csv_lines(rows)), media_type="text/csv; charset=utf-8",
                             headers={"content-disposition": f'attachment; filename="{name}"'})  # fmt: skip


def note_taking(session: Session, actor: Actor, incident: Incident, now: datetime, action: str, number: int) -> None:
    """People are taken out: how many. All that is written before the first of them leaves."""
    record(session, actor, action, incident.reference, now, case=incident.id, facts={"rows": number})


def note_reading(
    session: Session, actor: Actor, incident: Incident, now: datetime, what: str, numbers: Sequence[int]
) -> None:
    """Personal data was opened: which rows, never whose."""
    span = f"{min(numbers)}-{max(numbers)}" if numbers else ""
    record(session, actor, "mailing:read", incident.reference, now, case=incident.id,
           facts={"page": what, "rows": span})  # fmt: skip
