"""The people themselves, and their letters word for word. Opening either is logged, once a page."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import Database
from core.errors import N_, Invalid
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, TypedForm, page, require
from incidents import informing
from incidents.case_view import case_view
from incidents.informing.listing import WAYS, recipient_of, why
from incidents.informing.people_rows import CHANNELS, NAMELESS, SHOWS, rows
from incidents.informing.proving import Line, proof, rows_to_prove
from incidents.informing.sending import missing, missing_number
from incidents.informing.taking_out import in_blocks
from incidents.informing.view import letters_view
from incidents.models import Incident
from incidents.pages.people.common import PREFIX, attempt, csv_file, note_reading, note_taking, required
from incidents.queries import find
from notifications.letters.list_rows import details
from notifications.letters.models import Mailing, Recipient
from notifications.letters.recipients import Channel

router = APIRouter(prefix=PREFIX)
Reader = Annotated[Actor, Depends(require(Operation.READ_MAILING))]
Taker = Annotated[Actor, Depends(require(Operation.EXPORT_MAILING))]
Writer = Annotated[Actor, Depends(require(Operation.WRITE_MAILING))]
HEADS = (
    N_("Row"),
    N_("Name"),
    N_("How to reach them"),
    N_("Telephone"),
    N_("Postal address"),
    N_("Why"),
    N_("Language"),
)
UNANSWERED = N_("Choose one of the answers.")


@router.get("/list")
def show(
    request: Request, reference: str, session: Tx, now: Now, actor: Reader, show: str = "all", after: int = 0
) -> Response:
    incident = find(session, actor, reference, Operation.READ_MAILING)
    return show_list(request, session, actor, incident, now, show if show in SHOWS else "all", after)


@router.post("/list/{recipient_id}")
def act(
    request: Request, reference: str, recipient_id: str, session: Tx, typed: Typed, now: Now, actor: Writer
) -> Response:
    """What a person does about one row: the same or not, told, tried again now, arrived or to be sent again."""
    show = typed.get("show") if typed.get("show") in SHOWS else "all"

    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.READ_MAILING)
        return show_list(request, session, actor, incident, now, show, 0, status, typed=typed, acted=recipient_id,
                         **context)  # fmt: skip

    return attempt(request, session, actor, reference, Operation.WRITE_MAILING,
                   lambda incident: _act(session, actor, incident, recipient_id, typed, now), shown,
                   lambda more: f"/list?show={show}" if more else "")  # fmt: skip


def _act(
    session: Session, actor: Actor, incident: Incident, recipient_id: str, typed: TypedForm, now: datetime
) -> bool:
    """Whether there is more to do where one was: after the last doubt the letter waits."""
    row = recipient_of(session, required(session, incident), recipient_id)
    match typed.get("step"):
        case "same" | "other" as answer:
            return informing.settle_doubt(session, actor, incident, row, answer == "same", now) > 0
        case "told":
            informing.tell_otherwise(session, actor, incident, row, typed.get("how"), now)
        case "try":
            informing.try_now(session, actor, incident, row, now)
        case "arrived" | "again" as answer:
            informing.decide(session, actor, incident, row, answer, typed.get("reason")[:2000], now)
        case _:
            raise Invalid({"step": UNANSWERED})
    return True


def show_list(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, show: str, after: int,
    status: int = 200, *, acted: str = "", **context: Any,
) -> Response:  # fmt: skip
    """A page of the list; `acted` is the row whose answer was refused."""
    mailing, lang = required(session, incident), request.state.lang
    found, following = rows(session, mailing, show, after, lang)
    note_reading(session, actor, incident, now, "list", [row.number for row in found])
    here = f"{incident.path}/people/list"
    chips = [{"label": translate(lang, word), "href": f"{here}?show={code}", "current": code == show}
             for code, word in SHOWS.items()]  # fmt: skip
    return page(
        request,
        "people/list.html",
        status,
        case=case_view(session, actor, incident, now, lang),
        view=letters_view(session, actor, incident, now, lang),
        rows=found,
        show=show,
        acted=acted,
        chips=chips,
        first=f"{here}?show={show}" if after else "",
        next=f"{here}?show={show}&after={following}" if following else "",
        ways=[(code, translate(lang, word)) for code, word in WAYS.items()],
        **context,
    )


@router.get("/not-reached.csv")
def not_reached(
    request: Request, reference: str, reading: Read, session: Tx, now: Now, actor: Taker
) -> Response:  # fmt: skip
    """Who is still to be told, for whoever writes envelopes or calls. Formulas are made harmless."""
    incident = find(reading, actor, reference, Operation.EXPORT_MAILING)
    mailing = required(reading, incident)
    note_taking(session, actor, incident, now, "mailing:exported", missing_number(reading, mailing))
    lines = _table(request.app.state.database, mailing.id, request.state.lang)
    return csv_file(f"{incident.reference}-not-reached.csv", lines)


@router.get("/proof.csv")
def proven(
    request: Request, reference: str, reading: Read, session: Tx, now: Now, actor: Taker
) -> Response:  # fmt: skip
    """Who was told when, how, and in which version of which letter."""
    incident = find(reading, actor, reference, Operation.EXPORT_MAILING)
    required(reading, incident)
    note_taking(session, actor, incident, now, "mailing:proof_exported", rows_to_prove(reading, incident.id))
    lines = proof(request.app.state.database, incident.id, request.state.lang)
    return csv_file(f"{incident.reference}-proof.csv", lines)


def _table(database: Database, mailing_id: str, lang: str) -> Iterator[Line]:
    yield [translate(lang, head) for head in HEADS]

    def beyond(session: Session, after: int, most: int) -> list[tuple[int, Line]]:
        mailing = session.get_one(Mailing, mailing_id)
        return [(one.row, _line(session, mailing, one, lang)) for one in missing(session, mailing, after, most)]

    yield from in_blocks(database, 0, beyond)


def _line(session: Session, mailing: Mailing, one: Recipient, lang: str) -> Line:
    reason = translate(lang, why(one.reason)) if one.reason else ""
    channel = translate(lang, CHANNELS[Channel(one.channel)])
    if one.protected:
        return [one.row, translate(lang, NAMELESS), channel, "", "", reason, one.language]
    known = details(session, mailing, one)
    return [one.row, known.name, channel, known.phone, known.address, reason, one.language]
