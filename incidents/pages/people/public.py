"""Telling the public instead of each person: written, approved by another, and kept with proof."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.web import Now, Read, Tx, Typed, page, require
from incidents import informing
from incidents.case_view import case_view
from incidents.informing.going_public import PublicForm
from incidents.informing.public_view import public_page
from incidents.models import Incident
from incidents.pages.people.common import PREFIX, attempt
from incidents.pages.uploads import Uploaded
from incidents.queries import find

router = APIRouter(prefix=f"{PREFIX}/public")
Reader = Annotated[Actor, Depends(require(Operation.READ_MAILING))]
Writer = Annotated[Actor, Depends(require(Operation.WRITE_MAILING))]
Approver = Annotated[Actor, Depends(require(Operation.APPROVE_MAILING))]
HERE = "/public"


@router.get("")
def show(request: Request, reference: str, session: Read, now: Now, actor: Reader, edit: bool = False) -> Response:
    incident = find(session, actor, reference, Operation.READ_MAILING)
    return _page(request, session, actor, incident, now, edit=edit)


@router.post("")
def write(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.READ_MAILING)
        return _page(request, session, actor, incident, now, status, edit=True, typed=typed, **context)

    return attempt(
        request, session, actor, reference, Operation.WRITE_MAILING,
        lambda incident: informing.write_public(session, actor, incident, typed.read(PublicForm), now), shown, HERE,
    )  # fmt: skip


@router.post("/approve")
def approve(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Approver) -> Response:
    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.READ_MAILING)
        return _page(request, session, actor, incident, now, status, typed=typed, **context)

    return attempt(
        request, session, actor, reference, Operation.APPROVE_MAILING,
        lambda incident: informing.approve_public(session, actor, incident, typed.get("password"), now), shown, HERE,
    )  # fmt: skip


@router.post("/back")
def give_back(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Approver) -> Response:
    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.READ_MAILING)
        return _page(request, session, actor, incident, now, status, typed=typed, **context)

    return attempt(
        request, session, actor, reference, Operation.APPROVE_MAILING,
        lambda incident: informing.give_back_public(session, actor, incident, typed.get("comment"), now), shown, HERE,
    )  # fmt: skip


@router.post("/published")
def published(request: Request, reference: str, session: Tx, typed: Uploaded, now: Now, actor: Writer) -> Response:
    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.READ_MAILING)
        return _page(request, session, actor, incident, now, status, typed=typed, **context)

    return attempt(
        request, session, actor, reference, Operation.WRITE_MAILING,
        lambda incident: informing.publish_public(
            session, actor, incident, typed.get("published_on"), typed.required(), now
        ), shown, HERE,
    )  # fmt: skip


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200, *,
    edit: bool = False, **context: Any,
) -> Response:  # fmt: skip
    lang = request.state.lang
    return page(request, "people/public.html", status, case=case_view(session, actor, incident, now, lang),
                view=public_page(session, actor, incident, lang, edit=edit), **context)  # fmt: skip
