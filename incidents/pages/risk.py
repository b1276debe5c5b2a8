"""One risk: its page with the history, and the steps that end or sign something or link a case."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import N_, DomainError, Invalid
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require, said
from identity.people import names
from incidents.catalogue import catalogue
from incidents.queries import find
from incidents.risks.sight import find_risk, find_risk_to_change, seen_cases
from incidents.risks.story import reasons, steps
from incidents.risks.view import rows
from risk.queries import control_titles
from risk.register import accepting, service
from risk.register.links import link_cases, unlink_case
from risk.register.mails import day_in_words
from risk.register.models import Risk
from risk.register.noting import measures_of, rationale_of
from risk.register.queries import controls_of
from risk.register.rules import LIVING, State, head_signs
from risk.register.service import today_of

router = APIRouter(prefix="/risks")
Reader = Annotated[Actor, Depends(require(Operation.LIST_RISKS))]
Changer = Annotated[Actor, Depends(require(Operation.CHANGE_RISK))]
Signer = Annotated[Actor, Depends(require(Operation.ACCEPT_RISK))]
NO_CASE = N_("There is no such case. Check the reference.")


@router.get("/{risk_id}")
def show(request: Request, risk_id: str, session: Read, actor: Reader, now: Now, saved: str = "") -> Response:
    return _show(request, session, actor, find_risk(session, actor, risk_id), now, saved=saved)


@router.post("/{risk_id}/close", response_model=None)
def close(request: Request, risk_id: str, session: Tx, typed: Typed, actor: Changer, now: Now) -> Response:
    """A draft is dropped, a risk is closed; both need a reason."""
    risk = find_risk_to_change(session, actor, risk_id, Operation.CHANGE_RISK)
    verb = service.drop if risk.state == State.DRAFT else service.close
    try:
        verb(session, actor, risk, typed.get("reason"), now)
    except Invalid as wrong:
        return _show_again(request, session, actor, risk_id, now, typed, wrong, ending=True)
    return redirect(f"{risk.path}?saved=ended")


@router.post("/{risk_id}/accept", response_model=None)
def sign(request: Request, risk_id: str, session: Tx, typed: Typed, actor: Signer, now: Now) -> Response:
    risk = find_risk_to_change(session, actor, risk_id, Operation.ACCEPT_RISK)
    version = _number(typed.get("version"))
    try:
        match typed.get("answer"):
            case "sign":
                accepting.accept(session, actor, risk, typed.get("password"), version, now)
            case "refuse":
                accepting.refuse(session, actor, risk, typed.get("reason"), version, now)
            case _:
                raise Invalid({"answer": N_("Answer this question.")})
    except Invalid as wrong:
        return _show_again(request, session, actor, risk_id, now, typed, wrong, signing=True)
    return redirect(f"{risk.path}?saved=signed")


@router.post("/{risk_id}/cases", response_model=None)
def link(request: Request, risk_id: str, session: Tx, typed: Typed, actor: Changer, now: Now) -> Response:
    """Link a case by its reference, or take one off. A case that this person may not see is not there."""
    risk = find_risk_to_change(session, actor, risk_id, Operation.CHANGE_RISK)
    try:
        case = find(session, actor, (typed.get("remove") or typed.get("reference")).strip(), Operation.READ_CASE)
    except DomainError:
        return _show_again(request, session, actor, risk_id, now, typed, Invalid({"reference": NO_CASE}))
    if typed.get("remove"):
        unlink_case(session, actor, risk, case.id, now)
    else:
        link_cases(session, actor, risk, [case.id], now)
    return redirect(f"{risk.path}#cases")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _show_again(
    request: Request, session: Session, actor: Actor, risk_id: str, now: datetime, typed: TypedForm, wrong: Invalid,
    **context: Any,
) -> Response:  # fmt: skip
    refuse(session)
    faults = said(wrong, request.state.lang)
    risk = find_risk(session, actor, risk_id)
    return _show(request, session, actor, risk, now, 422, typed=typed, wrong=faults, **context)


def _show(
    request: Request, session: Session, actor: Actor, risk: Risk, now: datetime, status: int = 200, /, **context: Any
) -> Response:
    lang = request.state.lang
    people = names(session, [risk.accept_asked_by, risk.accepted_by])
    mine = _mine(actor, risk)
    signing = risk.waits_for_signature
    codes = controls_of(session, risk)
    titles = control_titles(session, actor, codes, lang)
    return page(
        request, "risks/show.html", status, risk=risk,
        row=rows(session, actor, [risk], catalogue(session), today_of(session, now), lang)[0],
        rationale=rationale_of(session, risk), measures=measures_of(session, risk),
        reasons=reasons(session, actor, risk, lang),
        steps=steps(session, actor, risk, lang), living=risk.state in LIVING, draft=risk.state == State.DRAFT,
        controls=[(f"/controls/{code}", titles[code]) for code in codes],
        cases=[(one.path, one.reference, one.title) for one in seen_cases(session, actor, risk)],
        asked_by=people.get(risk.accept_asked_by or "", ""), accepted_by=people.get(risk.accepted_by or "", ""),
        may_change=mine, may_sign=signing and actor.may(Operation.ACCEPT_RISK) and accepting.may_sign(actor, risk),
        may_take_back=signing and actor.id == risk.accept_asked_by,
        head_signs=head_signs(risk.current_likelihood, risk.impact) if risk.current.known else False,
        today=day_in_words(today_of(session, now), lang),
        **{"saved": "", "ending": False, "signing": False} | context,
    )  # fmt: skip


def _mine(actor: Actor, risk: Risk) -> bool:
    """Whether this reader may change it: a leader, or the owner."""
    return actor.may(Operation.ADD_RISK) or (actor.may(Operation.CHANGE_RISK) and risk.owner_id == actor.id)
