"""What the commission and the decision say to the template: effects, harm, severity, outcome, and the people."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from incidents.assessing.confirming import Inform, current_decision
from incidents.assessing.departing import reasons_of
from incidents.assessing.seats import assessments, commission_of
from incidents.classification import BreachType
from incidents.commission import Ground, Vote
from incidents.commission_models import Commission, Decision
from incidents.models import Incident
from incidents.notifying.effects import effects
from incidents.notifying.people_informed import informed
from incidents.notifying.template_codes import HARM, OUTCOME, SEVERITY, TAKEN, UNREADABLE, Filled
from incidents.stating import facts_of, latest
from risk.severity import Band

EFFECTS = {BreachType.CONFIDENTIALITY: 79, BreachType.INTEGRITY: 81, BreachType.AVAILABILITY: 83}
EXEMPTIONS: Mapping[str, str] = {
    Ground.UNINTELLIGIBLE: "protected",
    Ground.MADE_SAFE: "risk_removed",
    Ground.PUBLIC_INSTEAD: "disproportionate",
}
OPEN = "to_be_determined"


def conclusions(session: Session, incident: Incident, lang: str) -> Filled:
    """What is concluded so far; before the commission's answer everything is still being assessed."""
    commission = commission_of(session, incident)
    done = commission if commission is not None and commission.outcome else None
    decision = current_decision(session, commission) if commission else None
    return {
        **{number: "under_assessment" for breach, number in EFFECTS.items() if breach in incident.breach_types},
        **_weighed(session, done),
        **_stated(session, incident, shown=done is not None or commission is None),
        **(_decided(session, decision) if decision and decision.in_force_at else {97: "investigating"}),
        **informed(session, incident, lang),
    }


def _weighed(session: Session, commission: Commission | None) -> Filled:
    """Harm that at least one member sees, and the outcome by the count."""
    if commission is None:
        return {85: OPEN, 89: "more_needed"}
    found = dict.fromkeys(HARM[code] for row in assessments(session, commission) for code in row.consequences)
    return {85: list(found) or OPEN, 89: OUTCOME[Vote(commission.outcome)]}


def _stated(session: Session, incident: Incident, *, shown: bool) -> Filled:
    """Whether data got out, whether others can read it, the effects, and how severe it is; the score not while a
    commission answers under seal, for a member may read the notice too."""
    statement = latest(session, incident)
    if statement is None:
        return {56: OPEN, 57: OPEN, 87: OPEN}
    facts = facts_of(session, statement)
    return {
        56: TAKEN.get(facts.exfiltrated, OPEN),
        57: UNREADABLE.get(facts.unintelligible, OPEN),
        87: SEVERITY[Band(statement.band)] if shown else OPEN,
        **effects(facts),
    }


def _decided(session: Session, decision: Decision) -> Filled:
    reasons = reasons_of(session, decision).get("reasons", "")
    exemption = EXEMPTIONS.get(decision.ground, "")
    inform = Inform(decision.inform_people)
    told = "planned_tbd" if inform is Inform.INFORM else "investigating" if inform is Inform.LATER else "not_high_risk"
    return {90: reasons, 97: "art34_3" if exemption else told, 100: exemption, 101: reasons if exemption else ""}
