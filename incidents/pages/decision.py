"""The decision of a case: what the commission says, the form, the signed decision, and the DPO's opinion."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import N_, Conflict, Invalid, NotFound
from core.i18n import translate
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require
from incidents import assessing
from incidents.assessing.confirming import INFORM_LABELS, Inform
from incidents.assessing.deciding import AlreadyDecided, DecideForm
from incidents.assessing.words import ABOUT
from incidents.case_view import case_view
from incidents.commission import EXEMPTIONS
from incidents.commission_models import Decision, Opinion
from incidents.countersigning import KINDS, payload_of
from incidents.decision_view import decision_page
from incidents.models import Countersign, Incident
from incidents.opinion_view import opinion_views
from incidents.opinions import DECISION, VIEW_LABELS, OpinionForm, open_opinions
from incidents.pages.showing import again
from incidents.queries import find
from incidents.signed_view import GROUNDS, NOTIFY_LABELS, decision_view

router = APIRouter(prefix="/incidents/{reference}/decision")
Reader = Annotated[Actor, Depends(require(Operation.READ_COMMISSION))]
Decider = Annotated[Actor, Depends(require(Operation.DECIDE))]
Adviser = Annotated[Actor, Depends(require(Operation.OPINE))]


@router.get("")
def show(request: Request, reference: str, session: Read, now: Now, actor: Reader) -> Response:
    return _page(request, session, actor, find(session, actor, reference, Operation.READ_COMMISSION), now)


@router.post("")
def decide(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Decider) -> Response:
    incident = find(session, actor, reference, Operation.DECIDE)
    try:
        assessing.decide(session, actor, incident, typed.read(DecideForm), now)
    except AlreadyDecided as first:
        return _both(request, session, actor, reference, first, typed, now)
    except (Invalid, Conflict) as wrong:
        return again(_page, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/decision")


@router.get("/opinion")
def ask(request: Request, reference: str, session: Read, now: Now, actor: Adviser) -> Response:
    return _opinion(request, session, actor, find(session, actor, reference, Operation.OPINE), now)


@router.post("/opinion")
def opine(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Adviser) -> Response:
    incident = find(session, actor, reference, Operation.OPINE)
    opinion = session.get(Opinion, typed.get("opinion"))
    if opinion is None or opinion.incident_id != incident.id:
        raise NotFound()
    try:
        assessing.opine(session, actor, opinion, typed.read(OpinionForm), now)
    except Invalid as wrong:
        return again(_opinion, request, session, actor, incident, now, typed, wrong)
    return redirect(incident.path if opinion.about != DECISION else f"{incident.path}/decision")


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    **context: Any,
) -> Response:  # fmt: skip
    lang = request.state.lang
    view = decision_page(session, actor, incident, now, lang)
    grounds = [(code, translate(lang, label), _article(code, lang)) for code, label in GROUNDS.items()]
    case = case_view(session, actor, incident, now, lang)
    return page(request, "commission/decision.html", status, case=case, view=view, grounds=grounds, **context)


def _article(code: str, lang: str) -> str:
    return translate(lang, N_("GDPR Art. {article}")).format(article=code) if code in EXEMPTIONS else ""


def _both(
    request: Request, session: Session, actor: Actor, reference: str, first: AlreadyDecided, typed: TypedForm,
    now: datetime,
) -> Response:  # fmt: skip
    """Somebody was first: their decision stands, and what was typed here is shown beside it, so nothing is lost."""
    theirs_id = first.decision.id
    refuse(session)
    theirs = session.get_one(Decision, theirs_id)
    incident = find(session, actor, reference, Operation.DECIDE)
    lang = request.state.lang
    return page(
        request,
        "commission/both.html",
        409,
        case=case_view(session, actor, incident, now, lang),
        theirs=decision_view(session, theirs, lang),
        yours=_typed_version(typed, lang),
    )


def _typed_version(typed: TypedForm, lang: str) -> list[tuple[str, str]]:
    inform = typed.get("inform_people")
    rows = [
        (N_("Tell the authority?"), NOTIFY_LABELS[typed.get("notify_authority") == "yes"]),
        (N_("Tell the people affected?"), INFORM_LABELS[Inform(inform)] if inform in set(Inform) else ""),
    ]
    told = [(translate(lang, label), translate(lang, value)) for label, value in rows]
    return [*told, (translate(lang, N_("Reasons")), typed.get("reasons"))]


def _opinion(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    **context: Any,
) -> Response:  # fmt: skip
    lang = request.state.lang
    open_one = next(iter(open_opinions(session, [incident.id])), None)
    step = session.get(Countersign, open_one.id) if open_one else None
    return page(
        request,
        "commission/opinion.html",
        status,
        case=case_view(session, actor, incident, now, lang),
        view=decision_page(session, actor, incident, now, lang),
        opinion=open_one,
        about=translate(lang, ABOUT[open_one.about]) if open_one else "",
        proposal=_proposal(session, incident, step, lang) if step else None,
        earlier=opinion_views(session, incident, lang),
        views=[(code.value, translate(lang, word)) for code, word in VIEW_LABELS.items()],
        **context,
    )


def _proposal(session: Session, incident: Incident, step: Countersign, lang: str) -> list[tuple[str, str]]:
    """What the DPO is asked about, as the second person reads it too."""
    return KINDS[step.kind].shows(session, incident, payload_of(session, step), lang, organisation(session).zone)
