"""The decision as one reader may see it: the way to it, what was signed and by whom, what it still waits for."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from incidents.assessing.confirming import Confirmation, confirmation, current_decision
from incidents.assessing.deciding import may_decide_early
from incidents.assessing.departing import DEPARTURE, DEPARTURE_BY_CHAIR
from incidents.assessing.seats import commission_of
from incidents.commission_models import Commission, Decision
from incidents.commission_view import CommissionView, commission_view, is_sealed
from incidents.countersigning import may_sign, sign_path, waiting
from incidents.models import Incident
from incidents.opinion_view import OpinionView, opinion_views
from incidents.sealed import sealed_from
from incidents.severity_view import SeverityView, severity_view
from incidents.signed_view import DecisionView, decision_view
from incidents.similar import similar
from incidents.similar_view import SimilarCase
from incidents.states import State
from incidents.verdict_view import Verdict, verdict


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Everything on the page; `commission` carries no votes while they are sealed for this reader. `reserve`: the
    reader may still be called, so neither the proposal nor a decision is shown."""

    commission: CommissionView | None
    sealed: bool = False
    reserve: bool = False
    may_decide: bool = False
    early: bool = False
    verdict: Verdict = field(default_factory=Verdict)
    severity: SeverityView | None = None
    current: DecisionView | None = None
    earlier: list[DecisionView] = field(default_factory=list)
    opinions: list[OpinionView] = field(default_factory=list)
    asked_here: bool = False
    similar: list[SimilarCase] = field(default_factory=list)
    sign_href: str = ""

    @property
    def outdated(self) -> bool:
        """The facts were stated anew after the decision was signed (R04: new facts open the question again)."""
        facts = self.current.facts_version if self.current else None
        return facts is not None and self.severity is not None and facts < self.severity.version


def decision_page(session: Session, actor: Actor, incident: Incident, now: datetime, lang: str) -> DecisionPage:
    """Gather the page; whoever still has to answer under seal sees no decision either, it would anchor them."""
    commission = commission_of(session, incident)
    if commission is None:
        return DecisionPage(None)
    view = commission_view(session, actor, incident, commission, now, lang)
    waits_for_own_answer = view.may_assess or (bool(commission.outcome) and view.result is None)
    blind = sealed_from(session, actor, incident)
    if blind and waits_for_own_answer and is_sealed(session, actor, incident, commission):
        return DecisionPage(view, sealed=True, reserve=blind and not view.may_assess)
    shown = _open_page(session, actor, incident, commission, view, now, lang)
    if blind and not shown.may_decide:
        return DecisionPage(view, sealed=True, reserve=True)
    return replace(shown, severity=None, current=None, earlier=[]) if blind else shown


def _open_page(
    session: Session, actor: Actor, incident: Incident, commission: Commission, view: CommissionView, now: datetime,
    lang: str,
) -> DecisionPage:  # fmt: skip
    decision = current_decision(session, commission)
    again = decision is not None and confirmation(decision, commission) is Confirmation.CONTRADICTED
    may_decide = actor.may(Operation.DECIDE) and (again or _may_decide(incident, commission, decision, now))
    opinions = opinion_views(session, incident, lang)
    return DecisionPage(
        view,
        may_decide=may_decide,
        early=not commission.outcome,
        verdict=verdict(session, actor, incident, commission, now, lang) if may_decide else Verdict(),
        severity=severity_view(session, incident, lang),
        current=decision_view(session, decision, lang) if decision else None,
        earlier=[decision_view(session, one, lang) for one in _others(session, incident, decision)],
        opinions=opinions,
        asked_here=actor.may(Operation.OPINE) and any(not one.answered and not one.gone for one in opinions),
        similar=similar(session, actor, incident, lang) if may_decide else [],
        sign_href=_sign_href(session, actor, incident),
    )


def _may_decide(incident: Incident, commission: Commission, decision: Decision | None, now: datetime) -> bool:
    open_case = incident.state == State.IN_ASSESSMENT and decision is None
    return open_case and (bool(commission.outcome) or may_decide_early(incident, commission, now))


def _others(session: Session, incident: Incident, current: Decision | None) -> list[Decision]:
    query = select(Decision).where(Decision.incident_id == incident.id).order_by(Decision.round.desc())
    return [decision for decision in session.scalars(query) if current is None or decision.id != current.id]


def _sign_href(session: Session, actor: Actor, incident: Incident) -> str:
    """Where the chair signs, for the one who may."""
    steps = [step for step in waiting(session, incident) if step.kind in {DEPARTURE, DEPARTURE_BY_CHAIR}]
    return next((sign_path(incident, step) for step in steps if may_sign(session, actor, incident, step)), "")
