"""The second person: reads the letter as real people will get it, types the number, signs or gives it back."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.web import Now, Read, Tx, Typed, page, require
from incidents import informing
from incidents.case_view import case_view
from incidents.informing.allowed import allowed
from incidents.informing.approving import Fewer, told_before
from incidents.informing.compared import compared
from incidents.informing.view import letters_view
from incidents.informing.writing import letter_of
from incidents.models import Incident
from incidents.pages.people.common import PREFIX, attempt, required
from incidents.queries import find
from notifications.letters.letter import unmarked

router = APIRouter(prefix=f"{PREFIX}/approve")
Approver = Annotated[Actor, Depends(require(Operation.APPROVE_MAILING))]


@router.get("")
def show(request: Request, reference: str, session: Read, now: Now, actor: Approver) -> Response:
    return _page(request, session, actor, find(session, actor, reference, Operation.APPROVE_MAILING), now)


@router.post("")
def approve(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Approver) -> Response:
    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.APPROVE_MAILING)
        return _page(request, session, actor, incident, now, status, typed=typed, **context)

    fewer = Fewer(typed.get("fewer") == "yes", typed.get("fewer_why")[:2000])
    return attempt(
        request, session, actor, reference, Operation.APPROVE_MAILING,
        lambda incident: informing.approve(
            session, actor, incident, typed.get("count"), typed.get("password"), now, fewer
        ), shown,
    )  # fmt: skip


@router.post("/back")
def give_back(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Approver) -> Response:
    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.APPROVE_MAILING)
        return _page(request, session, actor, incident, now, status, typed=typed, **context)

    return attempt(
        request, session, actor, reference, Operation.APPROVE_MAILING,
        lambda incident: informing.give_back(session, actor, incident, typed.get("comment"), now), shown,
    )  # fmt: skip


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    **context: Any,
) -> Response:  # fmt: skip
    mailing, lang = required(session, incident), request.state.lang
    words = letter_of(session, mailing)
    letters = [(code, *unmarked(version)) for code, version in words.versions.items()] if words else []
    return page(
        request,
        "people/approve.html",
        status,
        case=case_view(session, actor, incident, now, lang),
        view=letters_view(session, actor, incident, now, lang),
        letters=letters,
        told_before=told_before(session, mailing),
        compared=compared(session, mailing, lang),
        allowed=allowed(session, mailing, request.app.state.settings),
        **context,
    )
