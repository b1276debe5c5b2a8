"""A decision beside the commission's answer: followed, departed from, or taken in advance and confirmed after."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM, Role
from core.audit import record
from core.errors import N_
from incidents.alerts import people_for, tell
from incidents.assessing.afterwards import afterwards
from incidents.commission import EXEMPTIONS, Choice, Ground, Vote, called_for, departs
from incidents.commission_models import Commission, Decision
from incidents.models import Incident
from incidents.states import State, move

CONTRADICTED_MAIL = "decision_contradicted"


class Inform(StrEnum):
    """Whether the people affected are told: yes, no, or not settled yet."""

    INFORM = "inform"
    NOT = "not"
    LATER = "later"


class Confirmation(StrEnum):
    NOT_NEEDED = "not_needed"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"


INFORM_LABELS = {
    Inform.INFORM: N_("Yes, tell them"),
    Inform.NOT: N_("No"),
    Inform.LATER: N_("Later, not settled yet"),
}


def current_decision(session: Session, commission: Commission) -> Decision | None:
    """The latest decision of this commission that nobody has refused."""
    query = select(Decision).where(Decision.commission_id == commission.id, Decision.refused_at.is_(None))
    return session.scalar(query.order_by(Decision.round.desc()).limit(1))


def against(result: Vote, notify: bool, inform: Inform, ground: str) -> bool:
    """Whether this choice departs from the commission; "later" leaves its answer on the people open."""
    asked = called_for(result)
    informs = asked.inform if inform is Inform.LATER else inform is Inform.INFORM
    exemption = Ground(ground) if ground in EXEMPTIONS else None
    return departs(result, Choice(notify, informs, exemption))


def confirmation(decision: Decision, commission: Commission) -> Confirmation:
    """A decision in advance is provisional until the commission has answered."""
    if not decision.in_advance:
        return Confirmation.NOT_NEEDED
    if not commission.outcome:
        return Confirmation.WAITING
    inform = Inform(decision.inform_people)
    if against(Vote(commission.outcome), decision.notify_authority, inform, decision.ground):
        return Confirmation.CONTRADICTED
    return Confirmation.CONFIRMED


def go_into_remedy(incident: Incident) -> None:
    """By the system, when nothing about the decision is open any more (ux section 3)."""
    if State(incident.state) is State.DECIDED:
        incident.state = move(State.DECIDED, State.IN_REMEDY)


def compare(session: Session, incident: Incident, commission: Commission, now: datetime) -> bool:
    """After a decision in advance the quorum's answer confirms it, and the case goes into remedy; or it is told that it
    does not, and the case rests as decided until somebody decides again. False: none made."""
    decision = current_decision(session, commission)
    if decision is None or not decision.in_advance:
        return False
    found = confirmation(decision, commission)
    record(session, SYSTEM, f"decision:{found}", incident.reference, now, case=incident.id)
    if found is Confirmation.CONFIRMED:
        go_into_remedy(incident)
    if found is Confirmation.CONTRADICTED:
        people = people_for(session, incident, Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.DPO)
        tell(session, incident, CONTRADICTED_MAIL, people, decision.id, now, path=f"{incident.path}/decision")
    afterwards(session, incident, commission, decision, now)
    return True
