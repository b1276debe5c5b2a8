"""`/incidents/{reference}/sign/{step}`: the second person reads what is proposed, and signs or refuses it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import N_, Conflict, Invalid
from core.i18n import translate
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, TypedForm, redirect, require
from identity.people import names
from incidents.case_actions import one_of
from incidents.countersigning import (
    KINDS,
    answer_of,
    asked,
    find_step,
    may_sign,
    payload_of,
    refuse_to_sign,
    sign,
    sign_path,
)
from incidents.ending import NotYet
from incidents.models import Countersign, Incident
from incidents.opinion_view import opinion_views
from incidents.pages.showing import sentences, show
from incidents.queries import find, find_to_change

router = APIRouter()
Signer = Annotated[Actor, Depends(require(Operation.COUNTERSIGN))]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A signature that a case waits for, as the overview shows it."""

    title: str
    by: str
    at: object
    href: str
    may: bool
    who: str


def waiting_view(session: Session, incident: Incident, step: Countersign, lang: str, *, may: bool) -> Waiting:
    by = names(session, [step.proposed_by]).get(step.proposed_by, "")
    who = one_of([user.name for user in asked(session, incident, step)], lang)
    return Waiting(translate(lang, KINDS[step.kind].title), by, step.proposed_at, sign_path(incident, step), may, who)


@router.get("/incidents/{reference}/sign/{step_id}")
def read_step(reference: str, step_id: str, request: Request, session: Read, actor: Signer, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.COUNTERSIGN)
    step = find_step(session, actor, incident, step_id)
    return _page(request, session, actor, incident, step, now, 200, None, None)


@router.post("/incidents/{reference}/sign/{step_id}", response_model=None)
def answer_step(
    reference: str, step_id: str, request: Request, session: Tx, actor: Signer, typed: Typed, now: Now
) -> HTMLResponse | RedirectResponse:
    incident = find_to_change(session, actor, reference, Operation.COUNTERSIGN)
    step = find_step(session, actor, incident, step_id)
    try:
        _answer(session, actor, step, typed, now)
    except Invalid as wrong:
        refuse(session)
        return _page(request, session, actor, incident, step, now, 422, typed, sentences(request, wrong))
    except NotYet as wrong:
        refuse(session)
        faults = {"": " ".join(translate(request.state.lang, one) for one in wrong.missing)}
        return _page(request, session, actor, incident, step, now, 409, typed, faults)
    return redirect(incident.path)


def _answer(session: Session, actor: Actor, step: Countersign, typed: TypedForm, now: Now) -> None:
    answer, reason, password = typed.get("answer"), typed.get("reason").strip(), typed.get("password")
    if answer == "sign":
        sign(session, actor, step, password, now)
    elif answer == "refuse":
        if not reason:
            raise Invalid({"reason": N_("Write why you do not agree.")})
        refuse_to_sign(session, actor, step, reason, password, now)
    else:
        raise Invalid({"answer": N_("Choose one of the answers.")})


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, step: Countersign, now: Now, status: int,
    typed: TypedForm | None, wrong: dict[str, str] | None,
) -> HTMLResponse:  # fmt: skip
    if step.kind not in KINDS:
        raise Conflict(N_("This proposal can no longer be answered."))
    lang, kind = request.state.lang, KINDS[step.kind]
    people = names(session, [step.proposed_by, step.decided_by])
    return show(
        request, session, actor, incident, now, "sign.html", status,
        step=step,
        step_title=translate(lang, kind.title),
        who_signs=translate(lang, kind.rule),
        rows=kind.shows(session, incident, payload_of(session, step), lang, organisation(session).zone),
        proposed_by=people.get(step.proposed_by, ""),
        decided_by=people.get(step.decided_by or "", ""),
        answer=answer_of(session, step),
        may_sign=may_sign(session, actor, incident, step),
        opinions=[one for one in opinion_views(session, incident, lang) if one.id == step.id],
        typed=typed, wrong=wrong,
    )  # fmt: skip
