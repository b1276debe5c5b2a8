"""A report filled in beforehand, from a late checklist or a control that failed. The reporter reads it and sends it;
nothing is stored here, and the address holds no more than the id of what it is about."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_, NotFound
from core.i18n import translate
from core.organisation import organisation
from core.web import Now, Read, TypedForm, require
from incidents.pages.report import VERSION, ask_page
from incidents.questions import Kind
from incidents.steps import Step, client_key
from risk.queries import find_control, last_failed
from risk.tasks.cards import TASKS
from risk.tasks.rules import LATE_STATES, task_state
from risk.tasks.sight import find_task

router = APIRouter(prefix="/report/about")
SignedIn = Annotated[Actor, Depends(require(Operation.LIST_OWN_REPORTS))]
FAILED = N_("A control was found not in order: “{title}”. We do not know yet whether it has hit personal data.")


@router.get("/task/{task_id}")
def about_task(request: Request, session: Read, actor: SignedIn, task_id: str, now: Now) -> HTMLResponse:
    """Only of a checklist that this person sees, and that is late."""
    task = find_task(session, actor, task_id)
    if task_state(task.due_at, task.done_at, now) not in LATE_STATES:
        raise NotFound()
    card = TASKS[task.kind]
    return _filled_in(request, session, Kind(card.report_kind), card.report_text.in_(request.state.lang), now)


@router.get("/control/{code}")
def about_control(request: Request, session: Read, actor: SignedIn, code: str, now: Now) -> HTMLResponse:
    """Only of a control that this person sees, and that was last found not in order."""
    control = find_control(session, actor, code, Operation.LIST_CONTROLS)
    if not last_failed(session, control):
        raise NotFound()
    title = control.card.title.in_(request.state.lang)
    text = translate(request.state.lang, FAILED, title=title)
    return _filled_in(request, session, Kind.OTHER_UNKNOWN, text, now)


def _filled_in(request: Request, session: Session, kind: Kind, text: str, now: datetime) -> HTMLResponse:
    typed = TypedForm({"client_uuid": client_key(), "form_version": VERSION, "what_happened_kind": kind.value,
                       "what_happened_text": text})  # fmt: skip
    return ask_page(request, session, organisation(session).intake_code, Step(1), typed, now)
