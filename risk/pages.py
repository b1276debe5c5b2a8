"""Pages of controls: the list by rule, one control with its history, and the form that ticks it."""

from collections.abc import Sequence
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
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require
from identity.people import names
from risk import service, views
from risk.control_status import RESULT_LABELS, Status
from risk.heartbeats.pages import machines
from risk.models import Control
from risk.queries import find_control, find_evidence
from risk.register.queries import risks_on

router = APIRouter(prefix="/controls")
Reader = Annotated[Actor, Depends(require(Operation.LIST_CONTROLS))]
Keeper = Annotated[Actor, Depends(require(Operation.CHECK_CONTROL))]
Leader = Annotated[Actor, Depends(require(Operation.ASSIGN_CONTROL))]


@router.get("")
def index(request: Request, session: Read, actor: Reader, now: Now, show: str = "all") -> Response:
    lang = request.state.lang
    rows = views.rows(session, actor, now, lang)
    kinds = {
        "all": rows,
        "mine": [row for row in rows if row.mine],
        "overdue": [row for row in rows if row.status in views.OVERDUE],
        "soon": [row for row in rows if row.status is Status.SOON],
        "never": [row for row in rows if row.status is Status.NEVER],
    }
    shown = kinds.get(show, rows)
    return page(
        request,
        "controls/index.html",
        groups=views.groups(shown, lang),
        counts={kind: len(found) for kind, found in kinds.items()},
        show=show if show in kinds else "all",
        period=views.period(now, lang, organisation(session).zone),
        first=_first(shown),
    )


@router.post("/adopt")
def adopt(session: Tx, _actor: Leader, now: Now) -> Response:
    service.adopt(session, now)
    return redirect("/controls")


@router.get("/{code}")
def show(request: Request, code: str, session: Read, actor: Reader, saved: str = "") -> Response:
    control = find_control(session, actor, code, Operation.LIST_CONTROLS)
    return _show(request, session, actor, control, saved=saved)


@router.post("/{code}")
def tick(request: Request, code: str, typed: Typed, session: Tx, actor: Keeper, now: Now) -> Response:
    control = find_control(session, actor, code, Operation.CHECK_CONTROL)
    try:
        form = typed.read(service.TickForm)
        service.tick_control(session, actor, control, form, _uploads(typed), now)
    except Invalid as wrong:
        refuse(session)
        return _show(request, session, actor, control, 422, typed=typed, wrong=wrong.fields)
    return redirect(f"{control.path}?saved=check")


@router.post("/{code}/assign")
def assign(request: Request, code: str, typed: Typed, session: Tx, actor: Leader, now: Now) -> Response:
    control = find_control(session, actor, code, Operation.ASSIGN_CONTROL)
    try:
        service.assign(session, actor, control, typed.read(service.AssignForm), now)
    except Invalid as wrong:
        refuse(session)
        return _show(request, session, actor, control, 422, typed=typed, wrong=wrong.fields, assigning=True)
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


def _show(
    request: Request, session: Session, actor: Actor, control: Control, status: int = 200, **context: Any
) -> Response:
    lang, now = request.state.lang, request.app.state.clock()
    control = find_control(session, actor, control.code, Operation.LIST_CONTROLS)
    people = names(session, [control.owner_id, control.deputy_id])
    return page(
        request,
        "controls/show.html",
        status,
        control=control,
        card=views.card_of(control),
        row=views.row(session, actor, control, now, lang),
        checks=views.checks(session, control),
        leaning=risks_on(session, actor, control.code),
        owner=people.get(control.owner_id or "", ""),
        deputy=people.get(control.deputy_id or "", ""),
        keepers=[(user.id, user.name) for user in service.keepers(session)]
        if actor.may(Operation.ASSIGN_CONTROL)
        else [],
        results=[(code, translate(lang, label)) for code, label in RESULT_LABELS.items()],
        accept=",".join(TYPES),
        **machines(request, session, actor, control),
        **{"assigning": False, "saved": ""} | context,
    )


def _uploads(typed: TypedForm) -> list[service.Upload]:
    """One byte more than the limit is enough to know that a file is too large."""
    return [service.Upload(file.filename or "", file.file.read(LIMIT + 1)) for file in typed.files("file")]


def _first(rows: Sequence[views.Row]) -> str:
    """The control that is most urgent for this reader gets the page's one filled button."""
    waiting = [row for row in rows if row.may_check and row.status is not Status.OK]
    return min(waiting, key=lambda row: (not row.mine, row.due_at)).code if waiting else ""
