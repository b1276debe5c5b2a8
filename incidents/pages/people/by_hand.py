"""Letters to print for window envelopes, and the list of whom to call."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit import record
from core.db import refuse
from core.errors import N_, Conflict, Invalid, Unavailable
from core.i18n import translate
from core.tables import csv_lines
from core.web import Now, Tx, Typed, page, require, said
from incidents import informing
from incidents.case_view import case_view
from incidents.informing.by_hand import MOST_SHEETS, ToCall, counted, to_call
from incidents.models import Incident
from incidents.pages.people.common import PREFIX, note_reading, required
from incidents.queries import find, find_to_change
from incidents.states import PeopleTrack
from notifications.letters.languages import LANGUAGES

router = APIRouter(prefix=PREFIX)
Reader = Annotated[Actor, Depends(require(Operation.READ_MAILING))]
Taker = Annotated[Actor, Depends(require(Operation.EXPORT_MAILING))]
Writer = Annotated[Actor, Depends(require(Operation.WRITE_MAILING))]
SANDBOX = "default-src 'none'; sandbox"
MOST_SHOWN = 200
HEADS = (
    N_("Row"),
    N_("Name"),
    N_("Telephone"),
    N_("Language"),
    N_("Which data it concerns"),
    N_("The words of the letter"),
)


@router.get("/by-hand")
def show(request: Request, reference: str, session: Tx, now: Now, actor: Reader) -> Response:
    return _page(request, session, actor, find(session, actor, reference, Operation.READ_MAILING), now)


@router.post("/letters.pdf")
def letters(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    """The file, and each letter in it marked as printed."""
    incident = find_to_change(session, actor, reference, Operation.WRITE_MAILING)
    try:
        made = informing.print_letters(session, actor, incident, typed.get("side"), now,
                                       again=typed.get("again") == "yes")  # fmt: skip
        session.flush()
    except (Invalid, Conflict, Unavailable) as wrong:
        refuse(session)
        incident = find(session, actor, reference, Operation.READ_MAILING)
        return _page(request, session, actor, incident, now, wrong.status, typed=typed,
                     wrong=said(wrong, request.state.lang))  # fmt: skip
    headers = {
        "content-disposition": f'attachment; filename="{incident.reference}-letters.pdf"',
        "content-security-policy": SANDBOX,
    }
    return Response(made, media_type="application/pdf", headers=headers)


@router.get("/calls.csv")
def calls(request: Request, reference: str, session: Tx, now: Now, actor: Taker) -> Response:
    """Whom to call, for whoever does it. Formulas are made harmless."""
    incident, lang = find(session, actor, reference, Operation.EXPORT_MAILING), request.state.lang
    found = to_call(session, required(session, incident))
    record(session, actor, "mailing:exported", incident.reference, now, case=incident.id, facts={"rows": len(found)})
    name = f"{incident.reference}-calls.csv"
    return Response("".join(csv_lines(_table(found, lang))), media_type="text/csv; charset=utf-8",
                    headers={"content-disposition": f'attachment; filename="{name}"'})  # fmt: skip


def _table(found: list[ToCall], lang: str) -> Iterator[list[str | int]]:
    yield [translate(lang, head) for head in HEADS]
    for one in found:
        language = LANGUAGES[one.language].title.in_(lang)
        yield [one.row, one.name, one.phone, language, ", ".join(one.data), one.words]


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    **context: Any,
) -> Response:  # fmt: skip
    mailing, lang = required(session, incident), request.state.lang
    post, number = counted(session, mailing, PeopleTrack(incident.people_track))
    found = to_call(session, mailing)[:MOST_SHOWN] if number else []
    if found:
        note_reading(session, actor, incident, now, "calls", [one.row for one in found])
    rows = [(one, LANGUAGES[one.language].title.in_(lang)) for one in found]
    return page(request, "people/by_hand.html", status, case=case_view(session, actor, incident, now, lang),
                post=post, calls=rows, number=number, most=MOST_SHEETS, **context)  # fmt: skip
