"""`/incidents/{reference}/others`: who else is told of a case. What each is told has the pages of the authority's."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import Conflict, Invalid, NotFound
from core.i18n import LANGUAGES, translate
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, page, redirect, require
from incidents.case_view import case_view
from incidents.models import Incident
from incidents.notice_view import latest_notice
from incidents.notifying.listing_others import OtherForm, add, bring_back, laws, remove
from incidents.notifying.same_text import spread
from incidents.notifying.whom import other
from incidents.others_view import other_rows, removed_rows
from incidents.pages.authority import show_notice
from incidents.pages.showing import again
from incidents.pages.whom import ONE_OTHER, OTHERS
from incidents.queries import find, find_to_change
from incidents.regimes import REGIMES
from notifications.others import KIND_LABELS

router = APIRouter()
Reader = Annotated[Actor, Depends(require(Operation.READ_NOTICE))]
Writer = Annotated[Actor, Depends(require(Operation.WRITE_NOTICE))]
Setter = Annotated[Actor, Depends(require(Operation.SET_CLOCKS))]


@router.get(OTHERS)
def others(request: Request, reference: str, session: Read, now: Now, actor: Reader) -> Response:
    return _list(request, session, actor, find(session, actor, reference, Operation.READ_NOTICE), now)


@router.post(OTHERS)
def add_other(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Setter) -> Response:
    incident = find_to_change(session, actor, reference, Operation.SET_CLOCKS)
    try:
        add(session, actor, incident, typed.read(OtherForm), now)
    except (Invalid, Conflict) as wrong:
        return again(_list, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/others")


@router.post(f"{ONE_OTHER}/remove")
def remove_other(
    request: Request, reference: str, addressee_id: str, session: Tx, typed: Typed, now: Now, actor: Setter
) -> Response:
    incident = find_to_change(session, actor, reference, Operation.SET_CLOCKS)
    to = other(session, incident, addressee_id)
    try:
        remove(session, actor, to, now)
    except Conflict as wrong:
        return again(partial(show_notice, to), request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/others")


@router.post(f"{ONE_OTHER}/restore")
def restore_other(
    request: Request, reference: str, addressee_id: str, session: Tx, typed: Typed, now: Now, actor: Setter
) -> Response:
    incident = find_to_change(session, actor, reference, Operation.SET_CLOCKS)
    try:
        bring_back(session, actor, incident, addressee_id, now)
    except Conflict as wrong:
        return again(_list, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/others")


@router.post(f"{ONE_OTHER}/same")
def same_text(
    request: Request, reference: str, addressee_id: str, session: Tx, typed: Typed, now: Now, actor: Writer
) -> Response:
    incident = find(session, actor, reference, Operation.WRITE_NOTICE)
    to = other(session, incident, addressee_id)
    notice = latest_notice(session, incident, to.id)
    if notice is None:
        raise NotFound()
    try:
        spread(session, actor, to, notice, now)
    except (Invalid, Conflict) as wrong:
        return again(partial(show_notice, to), request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/others")


def _list(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    **context: Any,
) -> Response:  # fmt: skip
    lang = request.state.lang
    return page(
        request, "others/list.html", status,
        case=case_view(session, actor, incident, now, lang),
        others=other_rows(session, incident, now, lang),
        removed=removed_rows(session, incident, lang),
        kinds=[(code, translate(lang, word)) for code, word in KIND_LABELS.items()],
        laws=[(code, translate(lang, REGIMES[code].title)) for code in laws(incident)],
        languages=list(LANGUAGES.items()),
        own=organisation(session).language,
        **context,
    )  # fmt: skip
