"""A long list on its way in: which column holds what, how far it is read, what was found, and taking it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, TypedForm, fragment, page, require
from incidents import informing
from incidents.case_view import case_view
from incidents.informing.accounting import draft_beside_case
from incidents.informing.long_list import found_in, head_of, waiting
from incidents.models import Incident
from incidents.pages.people.common import DOUBTS, PREFIX, attempt
from incidents.people_told import on_list
from incidents.queries import find
from notifications.letters.columns import LABELS, guess
from notifications.letters.list_rows import count
from notifications.letters.models import Mailing, Recipient
from notifications.letters.sent_models import SentList

router = APIRouter(prefix=f"{PREFIX}/import")
Writer = Annotated[Actor, Depends(require(Operation.WRITE_MAILING))]
UNUSED = N_("Not used")


@router.post("/read")
def read(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    columns = chosen_columns(typed)
    return _do(request, session, actor, reference, now, typed, columns, "/import",
               lambda incident: informing.ask_reading(session, actor, incident, columns, now))  # fmt: skip


@router.get("/progress")
def progress(request: Request, reference: str, session: Read, now: Now, actor: Writer, said: int = 0) -> Response:
    """The part of the page that changes by itself; `said` is the tenth that was last read aloud."""
    incident = find(session, actor, reference, Operation.WRITE_MAILING)
    sent = waiting(session, incident)
    tenth = sent.rows * 10 // sent.about_rows if sent else 0
    case = case_view(session, actor, incident, now, request.state.lang)
    return fragment(request, "people/reading.html", "moving", case=case, sent=sent, said=tenth, aloud=tenth > said,
                    polled=True)  # fmt: skip


@router.post("/take")
def take(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    rest = typed.get("step") == "rest"
    return _do(request, session, actor, reference, now, typed, None, lambda sent: _next(session, sent),
               lambda incident: informing.take(session, actor, incident, now, with_faults=rest))  # fmt: skip


def _next(session: Session, taken: SentList) -> str:
    mailing = session.get_one(Mailing, taken.mailing_id)
    return DOUBTS if count(session, mailing, Recipient.state == "doubt") else ""


@router.post("/discard")
def discard(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    return _do(request, session, actor, reference, now, typed, None, "/import",
               lambda incident: informing.discard(session, actor, incident, now))  # fmt: skip


def _do(
    request: Request, session: Session, actor: Actor, reference: str, now: datetime, typed: TypedForm,
    columns: list[str] | None, to: str | Callable[[SentList], str], verb: Any,
) -> Response:  # fmt: skip
    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.WRITE_MAILING)
        return long_page(request, session, actor, incident, waiting(session, incident), now, status, chosen=columns,
                         typed=typed, **context)  # fmt: skip

    return attempt(request, session, actor, reference, Operation.WRITE_MAILING, verb, shown, to)


def long_page(
    request: Request, session: Session, actor: Actor, incident: Incident, sent: SentList | None, now: datetime,
    status: int = 200, *, chosen: list[str] | None = None, **context: Any,
) -> Response:  # fmt: skip
    """What is known of the list that waits; without one, the page to choose a file."""
    lang = request.state.lang
    case = case_view(session, actor, incident, now, lang)
    if sent is None:
        return page(request, "people/import.html", status, case=case, **context)
    head, found = head_of(session, sent), found_in(session, sent)
    beside = draft_beside_case(session, incident, sent.people) if sent.state == "read" else None
    return page(
        request,
        "people/reading.html",
        status,
        case=case,
        sent=sent,
        head=head,
        columns=chosen or sent.columns or guess(head.heads),
        samples=[cells for _, cells in head.rows],
        labels=column_labels(lang),
        faults=found.faults,
        difference=on_list(beside, lang) if beside else None,
        refused=translate(lang, sent.refusal["text"], **sent.refusal["params"]) if sent.refusal else "",
        said=sent.rows * 10 // sent.about_rows,
        aloud=False,
        polled=False,
        **context,
    )


def column_labels(lang: str) -> list[tuple[str, str]]:
    """What a column can hold, as choices."""
    return [(code, translate(lang, word)) for code, word in [("", UNUSED), *LABELS.items()]]


def chosen_columns(typed: TypedForm) -> list[str]:
    """The column chosen for each heading; `column-0` is the first."""
    count = len([name for name in typed.data if name.startswith("column-")])
    return [typed.get(f"column-{number}") for number in range(count)]
