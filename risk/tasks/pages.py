"""Pages of checklists: the list, one to work through, and the form that starts one."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.bounded import in_words
from core.db import refuse
from core.errors import Invalid
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, page, redirect, require, said
from identity.service import person
from risk.tasks import service, view
from risk.tasks.cards import TASKS
from risk.tasks.listing import FILTERS, Place, counts, listed
from risk.tasks.models import EventTask
from risk.tasks.sight import find_task

router = APIRouter(prefix="/tasks")
Reader = Annotated[Actor, Depends(require(Operation.LIST_TASKS))]
Starter = Annotated[Actor, Depends(require(Operation.START_TASK))]
Doer = Annotated[Actor, Depends(require(Operation.TICK_TASK))]


@router.get("")
def index(
    request: Request, session: Read, actor: Reader, now: Now, show: str = "open", after: str = ""
) -> Response:  # fmt: skip
    lang, chosen, place = request.state.lang, show if show in FILTERS else "open", Place.read(after)
    numbers = counts(session, actor, now)
    words = {kind: in_words(number) for kind, number in numbers.items()}
    rows, following = listed(session, actor, chosen, place, now, lang)
    here = f"/tasks?show={chosen}"
    return page(
        request,
        "tasks/index.html",
        rows=rows,
        counts=numbers,
        words=words,
        chips=[
            {"label": translate(lang, word), "href": f"/tasks?show={kind}", "count": words[kind],
             "current": kind == chosen}
            for kind, word in FILTERS.items()
        ],
        first_href=here if place else "",
        next_href=f"{here}&after={following}" if following else "",
    )  # fmt: skip


@router.get("/new")
def ask(request: Request, session: Read, actor: Starter, kind: str = "") -> Response:
    if kind in TASKS:
        return _form(request, session, actor, kind)
    return _choose(request)


@router.post("/new")
def begin(request: Request, typed: Typed, session: Tx, actor: Starter, now: Now) -> Response:
    kind = typed.get("kind")
    if kind not in TASKS:
        return _choose(request, 422)
    card = service.card_of(kind)
    owners = {step.code: typed.get(f"owner_{step.code}") for step in card.step}
    try:
        task = service.start(session, actor, kind, typed.read(service.StartForm), owners, now)
    except Invalid as wrong:
        refuse(session)
        return _form(request, session, actor, kind, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect(f"{task.path}?saved=started")


@router.post("/leaver/{user_id}")
def leaver(user_id: str, session: Tx, actor: Starter, now: Now) -> Response:
    """One click from a closed account."""
    return redirect(service.start_leaver(session, actor, person(session, user_id), now).path)


@router.get("/{task_id}")
def show(request: Request, task_id: str, session: Read, actor: Reader, saved: str = "") -> Response:
    return _show(request, session, actor, find_task(session, actor, task_id), saved=saved)


@router.post("/{task_id}/steps/{step}")
def tick(request: Request, task_id: str, step: str, typed: Typed, session: Tx, actor: Doer, now: Now) -> Response:
    task = find_task(session, actor, task_id, Operation.TICK_TASK)
    try:
        form = typed.changed(note=typed.get(f"note_{step}")).read(service.TickForm)
        service.tick(session, actor, task, step, form, now)
    except Invalid as wrong:
        refuse(session)
        task = find_task(session, actor, task_id, Operation.TICK_TASK)
        faults = {
            name if name != "note" else f"note_{step}": text for name, text in said(wrong, request.state.lang).items()
        }
        return _show(request, session, actor, task, 422, typed=typed, wrong=faults, at=step)
    return redirect(f"{task.path}?saved=step#{step}")


@router.post("/{task_id}/steps/{step}/back")
def back(task_id: str, step: str, session: Tx, actor: Doer, now: Now) -> Response:
    task = find_task(session, actor, task_id, Operation.TICK_TASK)
    service.take_back(session, actor, task, step, now)
    return redirect(f"{task.path}#{step}")


def _choose(request: Request, status: int = 200) -> Response:
    lang = request.state.lang
    kinds = [(code, card.title.in_(lang), card.when.in_(lang), ", ".join(card.clauses)) for code, card in TASKS.items()]
    return page(request, "tasks/choose.html", status, kinds=kinds)


def _show(
    request: Request, session: Session, actor: Actor, task: EventTask, status: int = 200, /, **context: Any
) -> Response:
    found = view.task_view(session, actor, task, request.app.state.clock(), request.state.lang)
    return page(request, "tasks/show.html", status, task=found, **({"saved": "", "at": ""} | context))


def _form(
    request: Request, session: Session, actor: Actor, kind: str, status: int = 200, /, **context: Any
) -> Response:
    card, lang = service.card_of(kind), request.state.lang
    proposed = service.default_owners(session, actor, card)
    steps = [(step.code, step.title.in_(lang), proposed[step.code].id if step.code in proposed else "")
             for step in card.step]  # fmt: skip
    owners = [(user.id, user.name) for user in service.possible_owners(session)]
    return page(request, "tasks/new.html", status, kind=kind, card=card, steps=steps, owners=owners, **context)
