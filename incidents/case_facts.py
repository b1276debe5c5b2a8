"""What is known about a case at this moment, gathered from its rows for the advice, the header and the task list."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor
from incidents.clock import Urgency, urgency
from incidents.commission_models import Assessment, Commission, CommissionSeat, Decision
from incidents.models import CaseNote, Incident, IncidentClock
from incidents.next_step import CaseFacts
from incidents.states import AuthorityTrack, Containment, PeopleTrack, State

HOUSE = "house"  # the regime of our own rules: its clocks alarm, but they are no legal deadline
LESSON = "lesson"
REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Round:
    """The latest commission of a case in numbers, and whether whoever looks still owes an assessment."""

    id: str
    due_at: datetime
    seats: int
    given: int
    quorum: int
    awaits_me: bool
    open: bool

    @property
    def quorate(self) -> bool:
        return self.given >= self.quorum


def legal_clock(incident: Incident) -> IncidentClock | None:
    """The open legal clock that ends first; the law's earliest deadline is the one that is shown."""
    running = [clock for clock in incident.clocks if clock.regime != HOUSE and clock.stopped_at is None]
    return min(running, key=lambda clock: clock.due_at, default=None)


def latest_round(session: Session, actor: Actor, incident: Incident) -> Round | None:
    """How far the latest commission has come."""
    commission = session.scalar(
        select(Commission).where(Commission.incident_id == incident.id).order_by(Commission.round.desc()).limit(1)
    )
    if commission is None:
        return None
    seats = select(CommissionSeat.user_id).where(
        CommissionSeat.commission_id == commission.id, CommissionSeat.active, CommissionSeat.recused_at.is_(None)
    )
    sitting = set(session.scalars(seats))
    voted = sitting & set(session.scalars(select(Assessment.user_id).where(Assessment.commission_id == commission.id)))
    is_open = commission.closed_at is None
    awaits_me = is_open and actor.id in sitting - voted
    return Round(commission.id, commission.due_at, len(sitting), len(voted), commission.quorum, awaits_me, is_open)


def latest_decision(session: Session, incident: Incident) -> Decision | None:
    query = select(Decision).where(Decision.incident_id == incident.id).order_by(Decision.round.desc()).limit(1)
    return session.scalar(query)


def gather(session: Session, actor: Actor, incident: Incident, now: datetime) -> tuple[CaseFacts, Round | None]:
    """The facts behind the single next best action (incidents/next_step.py)."""
    commission = latest_round(session, actor, incident)
    clock = legal_clock(incident)
    facts = CaseFacts(
        State(incident.state),
        authority=AuthorityTrack(incident.authority_track),
        people=PeopleTrack(incident.people_track),
        containment=Containment(incident.containment),
        still_going_on=incident.still_going_on == "yes",
        reopened=has_new_facts(session, incident),
        classified=incident.classified_at is not None,
        asked_to_assess=commission is not None and commission.awaits_me,
        quorum_reached=commission is not None and commission.quorate,
        lesson_written=_notes(session, incident, LESSON) is not None,
        left=clock.due_at - now if clock else None,
    )
    return facts, commission


def has_new_facts(session: Session, incident: Incident) -> bool:
    """Reopened, and nobody has looked at the classification since."""
    reopened_at = _notes(session, incident, REOPENED)
    return reopened_at is not None and (incident.classified_at is None or incident.classified_at < reopened_at)


def level_of(clock: IncidentClock, now: datetime) -> Urgency:
    return urgency(clock.due_at - now)


def _notes(session: Session, incident: Incident, kind: str) -> datetime | None:
    latest = select(func.max(CaseNote.recorded_at)).where(CaseNote.incident_id == incident.id, CaseNote.kind == kind)
    return session.scalar(latest)
