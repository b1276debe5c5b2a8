"""Pages of the rules: read and sign, who has signed, and a new version."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid, NotFound
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require, said
from identity.rules import view
from identity.rules.keeping import (
    LANGUAGES,
    LARGEST,
    AnswerForm,
    RulesForm,
    plain_text,
    publish,
    refuse_rules,
    sign,
)
from identity.rules.sight import find_version, in_force
from identity.rules.standing import Standing

router = APIRouter(prefix="/rules")
Reader = Annotated[Actor, Depends(require(Operation.READ_RULES))]
Signer = Annotated[Actor, Depends(require(Operation.SIGN_RULES))]
Watcher = Annotated[Actor, Depends(require(Operation.READ_SIGNATURES))]
Publisher = Annotated[Actor, Depends(require(Operation.PUBLISH_RULES))]


@router.get("")
def show(request: Request, session: Read, actor: Reader, done: str = "") -> Response:
    return _show(request, session, actor, done=done)


@router.post("/sign")
def put_name(request: Request, typed: Typed, session: Tx, actor: Signer, now: Now) -> Response:
    try:
        sign(session, actor, typed.read(AnswerForm), request.state.lang, now)
    except Invalid as wrong:
        refuse(session)
        return _show(request, session, actor, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect("/rules?done=signed")


@router.post("/refuse")
def say_no(request: Request, typed: Typed, session: Tx, actor: Signer, now: Now) -> Response:
    try:
        refuse_rules(session, actor, typed.read(AnswerForm), request.state.lang, now)
    except Invalid as wrong:
        refuse(session)
        faults = said(wrong, request.state.lang)
        return _show(request, session, actor, 422, typed=typed, wrong=faults, refusing=True)
    return redirect("/rules?done=refused")


@router.get("/people")
def people(request: Request, session: Read, actor: Watcher, now: Now, show: str = "all") -> Response:
    version = in_force(session)
    reasons = actor.may(Operation.PUBLISH_RULES)
    found = view.rows(session, version, now, request.state.lang, reasons=reasons) if version else []
    chosen = show if show in view.SHOWN else "all"
    return page(
        request,
        "rules/people.html",
        version=version,
        rows=[row for row in found if row.standing in view.SHOWN[chosen]],
        counts={kind: sum(row.standing in states for row in found) for kind, states in view.SHOWN.items()},
        signed=sum(row.standing is Standing.SIGNED for row in found),
        chosen=chosen,
    )


@router.get("/new")
def ask(request: Request, session: Read, _actor: Publisher) -> Response:
    return _form(request, session)


@router.post("/new")
def write(request: Request, typed: Typed, session: Tx, actor: Publisher, now: Now) -> Response:
    try:
        typed = _with_files(typed)
        publish(session, actor, typed.read(RulesForm), now)
    except Invalid as wrong:
        refuse(session)
        return _form(request, session, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect("/rules/people?done=published")


@router.get("/versions/{edition:int}")
def version(request: Request, edition: int, session: Read, _actor: Reader) -> Response:
    return page(
        request, "rules/version.html", **view.version_facts(session, find_version(session, edition), request.state.lang)
    )


def _show(request: Request, session: Session, actor: Actor, status: int = 200, /, **context: Any) -> Response:
    version, now, lang = in_force(session), request.app.state.clock(), request.state.lang
    if version is None and status != 200:
        raise NotFound()
    return page(
        request,
        "rules/show.html",
        status,
        rules=view.reading(session, actor, version, now, lang) if version else None,
        earlier=view.earlier_versions(session, version) if version else [],
        **({"done": "", "refusing": False} | context),
    )


def _form(request: Request, session: Session, status: int = 200, /, **context: Any) -> Response:
    return page(request, "rules/new.html", status, last=in_force(session), **context)


def _with_files(typed: TypedForm) -> TypedForm:
    """A chosen file stands in the field of its language, where it can be read and corrected.

    Raises:
        Invalid: see `plain_text`.
    """
    for lang in LANGUAGES:
        for upload in typed.files(f"file_{lang}"):
            text = plain_text(upload.file.read(LARGEST + 1), f"file_{lang}")
            typed = typed.changed(**{f"text_{lang}": text})
    return typed
