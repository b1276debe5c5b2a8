"""The decision as one reader may see it: the way to it, what was signed and by whom, what it still waits for."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from identity.people import names
from incidents.assessing.confirming import INFORM_LABELS, Confirmation, Inform, confirmation, current_decision
from incidents.assessing.deciding import may_decide_early
from incidents.assessing.departing import DEPARTURE, DEPARTURE_BY_CHAIR, reasons_of
from incidents.assessing.seats import commission_of
from incidents.commission import GROUND_LABELS, Ground, Vote, called_for
from incidents.commission_models import Commission, Decision
from incidents.commission_view import CommissionView, commission_view, is_sealed
from incidents.countersigning import may_sign, sign_path, waiting
from incidents.models import Incident
from incidents.opinion_view import OpinionView, opinion_views
from incidents.states import State

GROUNDS = {
    "none": N_("The risk to people is not high"),
    Ground.UNINTELLIGIBLE: GROUND_LABELS[Ground.UNINTELLIGIBLE],
    Ground.MADE_SAFE: GROUND_LABELS[Ground.MADE_SAFE],
    Ground.PUBLIC_INSTEAD: GROUND_LABELS[Ground.PUBLIC_INSTEAD],
}
NOTIFY_LABELS = {True: N_("Yes, tell it"), False: N_("No")}
NO_RISK = N_("A risk to people is unlikely: the authority is not told")
CONFIRMATIONS = {
    Confirmation.NOT_NEEDED: "",
    Confirmation.WAITING: N_("Made in advance. The commission has still to confirm it."),
    Confirmation.CONFIRMED: N_("Made in advance, and confirmed by the commission."),
    Confirmation.CONTRADICTED: N_("Made in advance. The commission came to another answer, so decide again."),
}
Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One signed decision in words. `state`: in_force, waiting or refused."""

    state: str
    fields: Fields
    reasons: Fields
    signed: str
    departs: bool
    confirmation: str
    confirmation_text: str


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Everything on the page; `commission` carries no votes while they are sealed for this reader."""

    commission: CommissionView | None
    sealed: bool
    may_decide: bool
    early: bool
    suggested: dict[str, str] = field(default_factory=dict)
    current: DecisionView | None = None
    earlier: list[DecisionView] = field(default_factory=list)
    opinions: list[OpinionView] = field(default_factory=list)
    asked_here: bool = False
    sign_href: str = ""


def decision_page(session: Session, actor: Actor, incident: Incident, now: datetime, lang: str) -> DecisionPage:
    """Gather the page; whoever still has to answer under seal sees no decision either, it would anchor them."""
    commission = commission_of(session, incident)
    if commission is None:
        return DecisionPage(None, sealed=False, may_decide=False, early=False)
    view = commission_view(session, actor, incident, commission, now, lang)
    waits_for_own_answer = view.may_assess or (bool(commission.outcome) and view.result is None)
    if waits_for_own_answer and is_sealed(session, actor, incident, commission):
        return DecisionPage(view, sealed=True, may_decide=False, early=False)
    return _open_page(session, actor, incident, commission, view, now, lang)


def _open_page(
    session: Session, actor: Actor, incident: Incident, commission: Commission, view: CommissionView, now: datetime,
    lang: str,
) -> DecisionPage:  # fmt: skip
    decision = current_decision(session, commission)
    again = decision is not None and confirmation(decision, commission) is Confirmation.CONTRADICTED
    opinions = opinion_views(session, incident, lang)
    return DecisionPage(
        view,
        sealed=False,
        may_decide=actor.may(Operation.DECIDE) and (again or _may_decide(incident, commission, decision, now)),
        early=not commission.outcome,
        suggested=_suggested(commission),
        current=decision_view(session, decision, lang) if decision else None,
        earlier=[decision_view(session, one, lang) for one in _others(session, incident, decision)],
        opinions=opinions,
        asked_here=actor.may(Operation.OPINE) and any(not opinion.answered for opinion in opinions),
        sign_href=_sign_href(session, actor, incident),
    )


def _may_decide(incident: Incident, commission: Commission, decision: Decision | None, now: datetime) -> bool:
    open_case = incident.state == State.IN_ASSESSMENT and decision is None
    return open_case and (bool(commission.outcome) or may_decide_early(incident, now))


def _suggested(commission: Commission) -> dict[str, str]:
    """What the law asks for by the commission's answer: ticked beforehand, signed by a person."""
    if not commission.outcome:
        return {}
    asked = called_for(Vote(commission.outcome))
    inform = Inform.INFORM if asked.inform else Inform.NOT
    return {"notify_authority": "yes" if asked.notify else "no", "inform_people": inform,
            "ground": "" if asked.inform else "none"}  # fmt: skip


def decision_view(session: Session, decision: Decision, lang: str) -> DecisionView:
    zone = organisation(session).zone
    signer = names(session, [decision.signed_by]).get(decision.signed_by, "")
    commission = session.get_one(Commission, decision.commission_id)
    found = confirmation(decision, commission)
    state = "refused" if decision.refused_at else "in_force" if decision.in_force_at else "waiting"
    return DecisionView(
        state=state,
        fields=_fields(decision.notify_authority, Inform(decision.inform_people), decision.ground, lang),
        reasons=_reasons(reasons_of(session, decision), lang),
        signed=translate(lang, N_("Signed by {name}, {moment}")).format(
            name=signer, moment=absolute(decision.signed_at, lang, zone)
        ),
        departs=not decision.follows_commission,
        confirmation=found,
        confirmation_text=translate(lang, CONFIRMATIONS[found]) if CONFIRMATIONS[found] else "",
    )


def _fields(notifies: bool, inform: Inform, ground: str, lang: str) -> Fields:
    unlikely = ground == Ground.NOTIFY and not notifies
    rows = [
        (N_("Tell the authority?"), NOTIFY_LABELS[notifies]),
        (N_("Tell the people affected?"), INFORM_LABELS[inform]),
        (N_("Ground"), NO_RISK if unlikely else GROUND_LABELS[Ground(ground)]),
    ]
    told = [(translate(lang, label), translate(lang, value)) for label, value in rows]
    article = translate(lang, N_("{ground} (GDPR Art. {article})")).format(ground=told[2][1], article=ground)
    return [*told[:2], (told[2][0], article)]


def _reasons(texts: dict[str, str], lang: str) -> Fields:
    known = (
        ("reasons", N_("Reasons")),
        ("early", N_("Why in advance")),
        ("departure", N_("Why another way than the commission")),
    )
    return [(translate(lang, label), texts[name]) for name, label in known if texts.get(name)]


def _others(session: Session, incident: Incident, current: Decision | None) -> list[Decision]:
    query = select(Decision).where(Decision.incident_id == incident.id).order_by(Decision.round.desc())
    return [decision for decision in session.scalars(query) if current is None or decision.id != current.id]


def _sign_href(session: Session, actor: Actor, incident: Incident) -> str:
    """Where the chair signs, for the one who may."""
    steps = [step for step in waiting(session, incident) if step.kind in {DEPARTURE, DEPARTURE_BY_CHAIR}]
    return next((sign_path(incident, step) for step in steps if may_sign(session, actor, incident, step)), "")
