"""One control with its history, and the form that ticks it."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit import record
from core.db import refuse
from core.errors import Invalid
from core.files import LIMIT, TYPES, file_content, file_name
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require
from identity.people import names
from risk import service
from risk.control_status import RESULT_LABELS
from risk.controls import list_view, page_view
from risk.controls.answers import asked
from risk.heartbeats.pages import machines
from risk.models import Control
from risk.queries import find_control, find_evidence, history
from risk.register.queries import risks_on

router = APIRouter(prefix="/controls")
Reader = Annotated[Actor, Depends(require(Operation.LIST_CONTROLS))]
Keeper = Annotated[Actor, Depends(require(Operation.CHECK_CONTROL))]
Leader = Annotated[Actor, Depends(require(Operation.ASSIGN_CONTROL))]


@router.get("/{code}")
def show(request: Request, code: str, session: Read, actor: Reader, saved: str = "") -> Response:
    control = find_control(session, actor, code, Operation.LIST_CONTROLS)
    return shown(request, session, actor, control, saved=saved)


@router.post("/{code}")
def tick(request: Request, code: str, typed: Typed, session: Tx, actor: Keeper, now: Now) -> Response:
    control = find_control(session, actor, code, Operation.CHECK_CONTROL)
    try:
        form = typed.read(service.TickForm).model_copy(update={"answers": _answers(control, typed)})
        service.tick_control(session, actor, control, form, _uploads(typed), now)
    except Invalid as wrong:
        refuse(session)
        return shown(request, session, actor, control, 422, typed=typed, wrong=wrong.fields)
    return redirect(f"{control.path}?saved=check")


@router.post("/{code}/assign")
def assign(request: Request, code: str, typed: Typed, session: Tx, actor: Leader, now: Now) -> Response:
    control = find_control(session, actor, code, Operation.ASSIGN_CONTROL)
    try:
        service.assign(session, actor, control, typed.read(service.AssignForm), now)
    except Invalid as wrong:
        refuse(session)
        return shown(request, session, actor, control, 422, typed=typed, wrong=wrong.fields, opened="assign")
    return redirect(f"{control.path}?saved=keeper")


@router.get("/{code}/evidence/{file_id}")
def evidence(code: str, file_id: str, session: Tx, actor: Reader, now: Now) -> Response:
    """A file is only ever downloaded, never shown in the browser, and the log says who read it."""
    file = find_evidence(session, actor, code, file_id)
    record(session, actor, "control:evidence_read", code, now, facts={"file": file.id})
    name = quote(file_name(session, file))
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{name}",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(file_content(session, file), media_type=file.media_type, headers=headers)


def shown(
    request: Request, session: Session, actor: Actor, control: Control, status: int = 200, **context: Any
) -> Response:
    """The page of a control; `opened` says which of its forms was sent and comes back as it was typed."""
    lang, now = request.state.lang, request.app.state.clock()
    control = find_control(session, actor, control.code, Operation.LIST_CONTROLS)
    people = names(session, [control.owner_id, control.deputy_id])
    found = history(session, control)
    return page(
        request,
        "controls/show.html",
        status,
        control=control,
        card=control.card,
        row=list_view.row(session, actor, control, now, lang),
        pause=page_view.paused(session, control, now),
        failure=page_view.failure(session, actor, control),
        handed_back=page_view.handed_back(session, control),
        asked=asked(session, control, found, lang),
        checks=page_view.checks(session, control, found, now, lang),
        leaning=risks_on(session, actor, control.code),
        owner=people.get(control.owner_id or "", ""),
        deputy=people.get(control.deputy_id or "", ""),
        keepers=[(user.id, user.name) for user in service.keepers(session)]
        if actor.may(Operation.ASSIGN_CONTROL)
        else [],
        results=[(code, translate(lang, label)) for code, label in RESULT_LABELS.items()],
        accept=",".join(TYPES),
        **machines(request, session, actor, control),
        **{"opened": "tick", "saved": ""} | context,
    )


def _answers(control: Control, typed: TypedForm) -> dict[str, str]:
    """What was answered to each question of the card."""
    return {question.code: typed.get(f"answer_{question.code}").strip() for question in control.card.question}


def _uploads(typed: TypedForm) -> list[service.Upload]:
    """One byte more than the limit is enough to know that a file is too large."""
    return [service.Upload(file.filename or "", file.file.read(LIMIT + 1)) for file in typed.files("file")]
