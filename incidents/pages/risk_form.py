"""The form of a risk: a new one, a change, a draft that is taken over."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from core.access import Actor, Operation
from core.db import refuse
from core.errors import N_, Conflict, DomainError, Invalid
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require, said
from incidents.catalogue import catalogue
from incidents.queries import find
from incidents.risks import choosing
from incidents.risks.sight import find_risk, find_risk_to_change
from incidents.risks.story import FIELDS
from incidents.risks.view import rows
from incidents.suppliers.as_risk import risk_of
from incidents.suppliers.keeping import find_supplier
from risk.register import service
from risk.register.form import RiskForm
from risk.register.links import link_cases
from risk.register.models import Risk
from risk.register.rules import ACTIVE, State
from risk.register.service import today_of

router = APIRouter(prefix="/risks")
Adder = Annotated[Actor, Depends(require(Operation.ADD_RISK))]
Changer = Annotated[Actor, Depends(require(Operation.CHANGE_RISK))]


@router.get("/new")
def new(
    request: Request, session: Read, actor: Adder, now: Now, example: str = "", control: str = "", case: str = "",
    supplier: str = "",
) -> Response:  # fmt: skip
    """An empty form, or one with what is known where it was asked for: an example, a control that fails, a case, a
    supplier without a valid agreement."""
    lang = request.state.lang
    known: dict[str, Any] = choosing.example(example, lang)
    if supplier:
        known |= risk_of(session, find_supplier(session, supplier), today_of(session, now), lang)
    if control:
        known |= {"controls": [control]}
    if case:
        incident = find(session, actor, case, Operation.READ_CASE)
        known |= {"case": incident.reference, "cause": incident.cause_code or incident.cause_class,
                  "asset": incident.systems}  # fmt: skip
    return _form(request, session, actor, now, None, typed=_as_typed(known) if known else None)


@router.post("/new", response_model=None)
def create(request: Request, session: Tx, typed: Typed, actor: Adder, now: Now) -> Response:
    try:
        form = typed.read(RiskForm)
        case = find(session, actor, typed.get("case"), Operation.READ_CASE) if typed.get("case") else None
        risk = service.add(session, actor, form, choosing.cause_of(session, form.cause), now)
        if case is not None:
            link_cases(session, actor, risk, [case.id], now)
    except Invalid as wrong:
        return _form_again(request, session, actor, now, None, typed, wrong)
    return redirect(f"{risk.path}?saved=yes")


@router.get("/{risk_id}/edit")
def edit(request: Request, risk_id: str, session: Read, actor: Changer, now: Now) -> Response:
    risk = find_risk(session, actor, risk_id, Operation.CHANGE_RISK)
    if risk.state not in ACTIVE:
        raise Conflict(N_("The risk has ended. Its history stays."))
    return _form(request, session, actor, now, risk)


@router.post("/{risk_id}/edit", response_model=None)
def save(request: Request, risk_id: str, session: Tx, typed: Typed, actor: Changer, now: Now) -> Response:
    risk = find_risk_to_change(session, actor, risk_id, Operation.CHANGE_RISK)
    verb = service.take_over if risk.state == State.DRAFT else service.change
    try:
        form = typed.read(RiskForm)
        verb(session, actor, risk, form, choosing.cause_of(session, form.cause, risk.cause_code), now)
    except (Invalid, Conflict) as wrong:
        return _form_again(request, session, actor, now, risk_id, typed, wrong)
    return redirect(f"{risk.path}?saved=yes")


def _as_typed(values: dict[str, Any]) -> TypedForm:
    pairs = [(name, one) for name, value in values.items() for one in (value if isinstance(value, list) else [value])]
    return TypedForm(FormData(pairs))


def _form_again(
    request: Request, session: Session, actor: Actor, now: datetime, risk_id: str | None, typed: TypedForm,
    wrong: DomainError,
) -> Response:  # fmt: skip
    """Nothing is done and nothing lost. After a conflict the form carries the version that is there now, so that saving
    again is a choice made with both before one's eyes."""
    refuse(session)
    risk = find_risk(session, actor, risk_id, Operation.CHANGE_RISK) if risk_id else None
    if isinstance(wrong, Conflict) and risk is not None:
        if risk.state not in ACTIVE:
            raise wrong
        typed = typed.changed(version=str(risk.version))
    return _form(request, session, actor, now, risk, wrong.status, typed=typed, wrong=said(wrong, request.state.lang),
                 theirs=isinstance(wrong, Conflict))  # fmt: skip


def _form(
    request: Request, session: Session, actor: Actor, now: datetime, risk: Risk | None, status: int = 200, /,
    typed: TypedForm | None = None, wrong: dict[str, str] | None = None, theirs: bool = False,
) -> Response:  # fmt: skip
    lang = request.state.lang
    values = service.as_form(session, risk) if risk else {}
    shown = rows(session, actor, [risk], catalogue(session), today_of(session, now), lang)[0] if risk else None
    return page(
        request, "risks/form.html", status, risk=risk, row=shown, values=values, typed=typed, wrong=wrong,
        theirs=_differences(values, typed, lang) if theirs and typed else [],
        case=typed.get("case") if typed else "",
        **choosing.choices(session, lang, risk.cause_code if risk else ""),
    )  # fmt: skip


def _differences(values: dict[str, Any], typed: TypedForm, lang: str) -> list[tuple[str, str]]:
    """What the saved version says where it differs from what was typed."""
    found = []
    for name, label in FIELDS.items():
        saved = values.get(name, "")
        if isinstance(saved, str) and name in typed and saved != typed.get(name):
            found.append((translate(lang, label), saved or "–"))
    return found
