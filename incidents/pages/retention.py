"""`/retention`: what is due to be erased, proposed by one and approved by another; and the times, in the settings."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.bounded import in_words
from core.db import refuse
from core.errors import Conflict, DomainError, Forbidden, Invalid
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, page, redirect, require, said
from incidents.erasing import batches
from incidents.erasing.view import TOP, Asked, retention_page
from incidents.erasing.words import PART_WORDS
from incidents.retention import RULES, choosing, months_of

router = APIRouter()
Reader = Annotated[Actor, Depends(require(Operation.READ_RETENTION))]
Proposer = Annotated[Actor, Depends(require(Operation.PROPOSE_ERASURE))]
Approver = Annotated[Actor, Depends(require(Operation.APPROVE_ERASURE))]
Keeper = Annotated[Actor, Depends(require(Operation.SET_RETENTION))]
HERE, SETTINGS = "/retention", "/settings/retention"


@router.get(HERE)
def read(
    request: Request, session: Read, actor: Reader, now: Now,
    done: str = "", due: str = "", blocked: str = "", held: str = "",
) -> Response:  # fmt: skip
    return _page(request, session, actor, now, done=done, asked=Asked.read(due, blocked, held))


@router.post(f"{HERE}/propose")
def propose(request: Request, session: Tx, actor: Proposer, typed: Typed, now: Now) -> Response:
    try:
        batches.propose(session, actor, typed.all("items"), now)
    except (Invalid, Conflict) as wrong:
        return _again(request, session, actor, now, wrong)
    return redirect(f"{HERE}?done=proposed")


@router.post(f"{HERE}/{{batch_id}}/approve")
def approve(request: Request, batch_id: str, session: Tx, actor: Approver, typed: Typed, now: Now) -> Response:
    try:
        batches.approve(session, actor, batch_id, typed.get("count"), typed.get("password"), now)
    except (Invalid, Conflict, Forbidden) as wrong:
        return _again(request, session, actor, now, wrong, answered=batch_id, typed=typed)
    return redirect(f"{HERE}?done=approved")


@router.post(f"{HERE}/{{batch_id}}/give-back")
def give_back(request: Request, batch_id: str, session: Tx, actor: Proposer, now: Now) -> Response:
    try:
        batches.give_back(session, actor, batch_id, now)
    except Conflict as wrong:
        return _again(request, session, actor, now, wrong)
    return redirect(f"{HERE}?done=given_back")


@router.get(SETTINGS)
def times(request: Request, session: Read, _actor: Keeper, done: bool = False) -> Response:
    return _times(request, session, done=done)


@router.post(SETTINGS)
def change_times(request: Request, session: Tx, actor: Keeper, typed: Typed, now: Now) -> Response:
    """Look at what it affects first, then keep it."""
    company = organisation(session)
    try:
        months, days = choosing.read({name: typed.get(name) for name in [*RULES, choosing.BACKUPS]})
    except Invalid as wrong:
        refuse(session)
        return _times(request, session, 422, typed=typed, wrong=said(wrong, request.state.lang))
    if typed.get("step") != "save":
        found = choosing.effects(session, actor, months_of(company), months, now)
        return _times(request, session, typed=typed, looked=True, effects=found)
    choosing.change(session, actor, company, months, days, now)
    return redirect(f"{SETTINGS}?done=true")


def _again(request: Request, session: Session, actor: Actor, now: Now, wrong: DomainError, **context: Any) -> Response:
    refuse(session)
    return _page(request, session, actor, now, wrong.status, wrong=said(wrong, request.state.lang), **context)


def _page(
    request: Request, session: Session, actor: Actor, now: Now, status: int = 200, /, *, asked: Asked = TOP,
    **context: Any,
) -> Response:  # fmt: skip
    company, lang = organisation(session), request.state.lang
    view = retention_page(session, actor, now, lang, asked)
    numbers = {"due": view.due_count, "blocked": view.blocked_count, "held": view.held_count}
    return page(
        request, "retention/show.html", status,
        view=view, words={name: in_words(number) for name, number in numbers.items()}, months=months_of(company),
        rules=RULES, parts=PART_WORDS, backup_days=choosing.backup_days(company),
        **({"done": "", "answered": ""} | context),
    )  # fmt: skip


def _times(request: Request, session: Session, status: int = 200, /, **context: Any) -> Response:
    company = organisation(session)
    plain = {"done": False, "looked": False, "effects": []}
    return page(
        request, "retention/times.html", status,
        rules=RULES, months=months_of(company), parts=PART_WORDS, backup_days=choosing.backup_days(company),
        longest_backup=choosing.LONGEST_BACKUP, **(plain | context),
    )  # fmt: skip
