"""Letters to print for window envelopes, and the list of whom to call."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import Database, refuse
from core.errors import N_, Conflict, Invalid, Unavailable
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, page, require, said
from incidents import informing
from incidents.case_view import case_view
from incidents.informing.by_hand import MOST_SHEETS, ToCall, calls, calls_beyond, counted, to_call
from incidents.informing.taking_out import in_blocks
from incidents.models import Incident
from incidents.pages.people.common import PREFIX, csv_file, note_reading, note_taking, required
from incidents.queries import find, find_to_change
from incidents.states import PeopleTrack
from notifications.letters.languages import LANGUAGES
from notifications.letters.models import Mailing

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
def call_list(
    request: Request, reference: str, reading: Read, session: Tx, now: Now, actor: Taker
) -> Response:  # fmt: skip
    """Whom to call, for whoever does it. Formulas are made harmless."""
    incident = find(reading, actor, reference, Operation.EXPORT_MAILING)
    mailing = required(reading, incident)
    note_taking(session, actor, incident, now, "mailing:exported", calls(reading, mailing))
    lines = _table(request.app.state.database, mailing.id, request.state.lang)
    return csv_file(f"{incident.reference}-calls.csv", lines)


def _table(database: Database, mailing_id: str, lang: str) -> Iterator[list[str | int]]:
    yield [translate(lang, head) for head in HEADS]

    def beyond(session: Session, after: int, most: int) -> list[tuple[int, ToCall | None]]:
        return calls_beyond(session, session.get_one(Mailing, mailing_id), after, most)

    for one in in_blocks(database, 0, beyond):
        if one is not None:
            language = LANGUAGES[one.language].title.in_(lang)
            yield [one.row, one.name, one.phone, language, ", ".join(one.data), one.words]


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    **context: Any,
) -> Response:  # fmt: skip
    mailing, lang = required(session, incident), request.state.lang
    post, number = counted(session, mailing, PeopleTrack(incident.people_track))
    found = list(islice(to_call(session, mailing), MOST_SHOWN)) if number else []
    if found:
        note_reading(session, actor, incident, now, "calls", [one.row for one in found])
    rows = [(one, LANGUAGES[one.language].title.in_(lang)) for one in found]
    return page(request, "people/by_hand.html", status, case=case_view(session, actor, incident, now, lang),
                post=post, calls=rows, number=number, most=MOST_SHEETS, **context)  # fmt: skip
