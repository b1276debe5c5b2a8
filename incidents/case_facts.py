"""What is known about cases at this moment, gathered from their rows for the advice, the header and the queue."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from core.access import Actor
from identity.models import User
from incidents.case_notes import NoteKind, latest_notes
from incidents.case_waits import NOTHING, Waits, waits
from incidents.commission_models import Assessment, Commission, CommissionSeat, Decision
from incidents.models import Exclusion, Incident, IncidentClock
from incidents.next_step import CaseFacts
from incidents.states import AuthorityTrack, Containment, PeopleTrack, State
from incidents.urgency import Urgency, urgency

HOUSE = "house"  # the regime of our own rules: its clocks alarm, but they are no legal deadline


@dataclass(frozen=True, slots=True)
class Round:
    """The latest commission of a case in numbers, and whether whoever looks still owes an assessment."""

    due_at: datetime
    seats: int
    given: int
    quorum: int
    awaits_me: bool
    open: bool
    decided: bool
    can_finish: bool = True

    @property
    def quorate(self) -> bool:
        return self.given >= self.quorum


@dataclass(frozen=True, slots=True)
class Known:
    """One case as the advice sees it, its latest commission, and what it waits for."""

    facts: CaseFacts
    commission: Round | None
    waits: Waits = NOTHING


def legal_clock(incident: Incident) -> IncidentClock | None:
    """The open legal clock that ends first; the law's earliest deadline is the one that is shown."""
    running = [clock for clock in incident.clocks if clock.regime != HOUSE and clock.stopped_at is None]
    return min((clock for clock in running if clock.due_at), key=lambda clock: clock.ends_at, default=None)


def level_of(clock: IncidentClock, now: datetime) -> Urgency:
    return urgency(clock.ends_at - now)


def gather(session: Session, actor: Actor, incident: Incident, now: datetime) -> Known:
    """The facts behind the single next best action (incidents/next_step.py)."""
    return gather_all(session, actor, [incident], now)[incident.id]


def gather_all(session: Session, actor: Actor, incidents: Collection[Incident], now: datetime) -> dict[str, Known]:
    """The same for a page of the queue, with as many queries as for one case."""
    ids = [incident.id for incident in incidents]
    rounds = _rounds(session, actor, ids)
    written = latest_notes(session, ids, NoteKind.LESSON, NoteKind.REOPENED)
    waiting = waits(session, actor, incidents)
    return {
        one.id: Known(_facts(one, found, written, waiting[one.id], now), found, waiting[one.id])
        for one, found in ((one, rounds.get(one.id)) for one in incidents)
    }


def _facts(
    incident: Incident, commission: Round | None, written: Mapping[tuple[str, str], datetime], waiting: Waits,
    now: datetime,
) -> CaseFacts:  # fmt: skip
    clock = legal_clock(incident)
    return CaseFacts(
        State(incident.state),
        authority=AuthorityTrack(incident.authority_track),
        people=PeopleTrack(incident.people_track),
        containment=Containment(incident.containment),
        still_going_on=incident.still_going_on == "yes",
        reopened=_unread(incident, written.get((incident.id, NoteKind.REOPENED))),
        classified=incident.classified_at is not None,
        asked_to_assess=commission is not None and commission.awaits_me,
        quorum_reached=commission is not None and commission.quorate,
        lesson_written=(incident.id, NoteKind.LESSON) in written,
        to_sign=waiting.to_sign is not None,
        asked_opinion=waiting.opinion,
        awaits=waiting.kinds,
        informs=waiting.informs,
        quorum_lost=commission is not None and not commission.can_finish,
        numbers_differ=waiting.difference is not None,
        left=clock.ends_at - now if clock else None,
    )


def _unread(incident: Incident, reopened_at: datetime | None) -> bool:
    """Reopened, and nobody has looked at the classification since."""
    return reopened_at is not None and (incident.classified_at is None or incident.classified_at < reopened_at)


def _rounds(session: Session, actor: Actor, ids: Collection[str]) -> dict[str, Round]:
    """The latest commission of each case."""
    in_force = exists().where(Decision.commission_id == Commission.id, Decision.in_force_at.is_not(None))
    query = select(Commission, in_force.label("decided")).where(Commission.incident_id.in_(ids))
    rows = session.execute(query.order_by(Commission.round)).all()
    latest = {row.Commission.incident_id: row.Commission for row in rows}
    decided = {row.Commission.id for row in rows if row.decided}
    chosen = [commission.id for commission in latest.values()]
    seats = select(CommissionSeat.commission_id, CommissionSeat.user_id).where(
        CommissionSeat.commission_id.in_(chosen), CommissionSeat.active, CommissionSeat.recused_at.is_(None)
    )
    sitting = {(row.commission_id, row.user_id) for row in session.execute(seats)}
    given = select(Assessment.commission_id, Assessment.user_id).where(Assessment.commission_id.in_(chosen))
    able = _able(session, chosen)
    voted = sitting & {(row.commission_id, row.user_id) for row in session.execute(given)}
    return {
        incident_id: Round(
            commission.due_at,
            seats=sum(one == commission.id for one, _ in sitting),
            given=sum(one == commission.id for one, _ in voted),
            quorum=commission.quorum,
            awaits_me=commission.closed_at is None and (commission.id, actor.id) in sitting - voted,
            open=commission.closed_at is None,
            decided=commission.id in decided,
            can_finish=commission.closed_at is not None or able.get(commission.id, 0) >= commission.quorum,
        )
        for incident_id, commission in latest.items()
    }


def _able(session: Session, chosen: Collection[str]) -> dict[str, int]:
    """How many of each commission, substitutes included, can still answer."""
    seat = CommissionSeat
    involved = select(Exclusion.user_id).join(Commission, Commission.incident_id == Exclusion.incident_id)
    involved = involved.where(Commission.id == seat.commission_id, Exclusion.user_id == seat.user_id)
    query = (
        select(seat.commission_id, func.count().label("number"))
        .join(User, User.id == seat.user_id)
        .where(seat.commission_id.in_(chosen), seat.recused_at.is_(None))
        .where(User.disabled_at.is_(None), ~involved.exists())
        .group_by(seat.commission_id)
    )
    return {row.commission_id: row.number for row in session.execute(query)}
