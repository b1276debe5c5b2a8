"""The assessor's own page: the case in short, the three headings of clause 8.1, a vote; or stepping aside."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit import record
from core.errors import N_, Conflict, Invalid, NotFound
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require
from incidents import assessing
from incidents.assessing.admitting import admit, own_seat
from incidents.assessing.confirming import current_decision
from incidents.assessing.recusing import RecuseForm
from incidents.assessing.seats import assessments, commission_of
from incidents.assessing.voting import AbstainForm, AssessForm
from incidents.assessing.words import CONSEQUENCE_LABELS, IMPACT, LIKELIHOOD, PROTECTION, VULNERABLE
from incidents.case_card import case_card
from incidents.case_view import case_view
from incidents.commission import VOTE_LABELS
from incidents.commission_models import Commission
from incidents.commission_view import commission_view
from incidents.models import Incident
from incidents.pages.showing import again
from incidents.queries import find
from incidents.reported import narrative, narrative_without_numbers
from incidents.severity_view import severity_view
from incidents.similar import similar

router = APIRouter(prefix="/incidents/{reference}/commission")
Member = Annotated[Actor, Depends(require(Operation.ASSESS))]
HIDDEN = N_("[personal number hidden]")
Options = list[tuple[str, str]]
Verb = Callable[..., object]  # of session, actor, incident, commission, form, now


@router.get("/assess")
def show(request: Request, reference: str, session: Read, now: Now, actor: Member) -> Response:
    incident, _ = _case(session, actor, reference)
    return _page(request, session, actor, incident, now)


@router.post("/assess")
def assess(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Member) -> Response:
    """The conflict of interest comes first: a yes steps aside, and nothing else of the form is looked at."""
    return _answer(request, reference, session, typed, now, actor, AssessForm, assessing.assess)


@router.post("/abstain")
def abstain(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Member) -> Response:
    return _answer(request, reference, session, typed, now, actor, AbstainForm, assessing.abstain)


@router.get("/words")
def back_to_the_assessment(reference: str, session: Read, actor: Member) -> Response:
    """Reloading the page that showed everything hides it again."""
    incident, _ = _case(session, actor, reference)
    return redirect(f"{incident.path}/commission/assess")


@router.post("/words")
def show_words(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Member) -> Response:
    """The reporter's words with their personal numbers; what is typed so far in the assessment stays."""
    incident, _ = _case(session, actor, reference)
    record(session, actor, "incident:narrative_shown", incident.reference, now, case=incident.id)
    return _page(request, session, actor, incident, now, typed=typed, open_words=True)


@router.post("/recuse")
def recuse(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Member) -> Response:
    return _answer(request, reference, session, typed, now, actor, RecuseForm, assessing.recuse)


def _answer(
    request: Request, reference: str, session: Session, typed: TypedForm, now: datetime, actor: Actor,
    form: type[BaseModel], verb: Verb,
) -> Response:  # fmt: skip
    """Whoever may read the case is told why an answer cannot count (409); for everybody else there is no such case."""
    incident = find(session, actor, reference)
    commission = _commission(session, incident)
    own_seat(session, actor, incident, commission)
    if typed.get("conflict") == "yes":
        form, verb = RecuseForm, assessing.recuse
    aside = form is RecuseForm
    try:
        if not aside:
            answered = any(row.user_id == actor.id for row in assessments(session, commission))
            admit(session, actor, incident, commission, now, again=answered)
        verb(session, actor, incident, commission, typed.read(form), now)
    except (Invalid, Conflict) as wrong:
        return again(_page, request, session, actor, incident, now, typed, wrong)
    return redirect("/incidents" if aside else f"{incident.path}/commission/assess")


def _case(session: Session, actor: Actor, reference: str) -> tuple[Incident, Commission]:
    incident = find(session, actor, reference, Operation.ASSESS)
    return incident, _commission(session, incident)


def _commission(session: Session, incident: Incident) -> Commission:
    found = commission_of(session, incident)
    if found is None:
        raise NotFound()
    return found


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200, *,
    open_words: bool = False, **context: Any,
) -> Response:  # fmt: skip
    lang, commission = request.state.lang, _commission(session, incident)
    view = commission_view(session, actor, incident, commission, now, lang)
    words = narrative(session, incident)
    decision = current_decision(session, commission)
    covered = narrative_without_numbers(session, incident, translate(lang, HIDDEN))
    return page(
        request,
        "commission/assess.html",
        status,
        case=case_view(session, actor, incident, now, lang),
        view=view,
        **(_after_the_own_answer(session, actor, incident, lang) if view.own else {}),
        card=case_card(incident, lang),
        in_advance=decision is not None and decision.in_advance,
        words=words if open_words else covered,
        words_language=incident.language,
        words_hidden=not open_words and words != covered,
        scales={"protection": _words(PROTECTION, lang), "impact": _words(IMPACT, lang),
                "likelihood": _words(LIKELIHOOD, lang)},
        vulnerable=_words(VULNERABLE, lang),
        consequences=_words(CONSEQUENCE_LABELS, lang),
        votes_options=_words(VOTE_LABELS, lang),
        **context,
    )  # fmt: skip


def _after_the_own_answer(session: Session, actor: Actor, incident: Incident, lang: str) -> dict[str, Any]:
    """The calculated proposal and past cases would anchor whoever still judges, so they come only now."""
    return {"severity": severity_view(session, incident, lang), "similar": similar(session, actor, incident, lang)}


def _words(labels: Any, lang: str) -> Options:
    return [(str(code), translate(lang, word)) for code, word in labels.items()]
