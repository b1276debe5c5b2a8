"""Who sits in the commission of one case right now: recusal, exclusion and absence count out, substitutes step in."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from identity.models import User
from incidents.alerts import at, excluded, tell
from incidents.commission import ABSTAIN, Position, Seat, Vote, sitting
from incidents.commission_models import Assessment, Commission, CommissionSeat
from incidents.locking import lock as lock  # noqa: PLC0414 - the verbs of a commission find it here
from incidents.models import Incident

CONVENED = "convened"


def commission_of(session: Session, incident: Incident) -> Commission | None:
    """The commission of the latest round; earlier rounds stay on record."""
    query = select(Commission).where(Commission.incident_id == incident.id).order_by(Commission.round.desc())
    return session.scalar(query.limit(1))


def seat_rows(session: Session, commission: Commission) -> list[CommissionSeat]:
    query = select(CommissionSeat).where(CommissionSeat.commission_id == commission.id)
    return list(session.scalars(query.order_by(CommissionSeat.position, CommissionSeat.user_id)))


def panel_of(session: Session, incident: Incident, commission: Commission) -> tuple[Seat, ...]:
    """The seats as the rules of the commission count them (incidents/commission.py)."""
    rows = seat_rows(session, commission)
    out = excluded(session, incident)
    gone = select(User.id).where(User.id.in_([row.user_id for row in rows]), User.disabled_at.is_not(None))
    away = set(session.scalars(gone))
    return tuple(
        Seat(row.user_id, Position(row.seat), recused=row.recused_at is not None or row.user_id in out,
             away=row.user_id in away)
        for row in rows
    )  # fmt: skip


def assessments(session: Session, commission: Commission) -> list[Assessment]:
    """What each member says now, abstentions among them."""
    query = select(Assessment).where(Assessment.commission_id == commission.id, Assessment.superseded_at.is_(None))
    return list(session.scalars(query.order_by(Assessment.submitted_at, Assessment.user_id)))


def superseded(session: Session, commission: Commission) -> list[Assessment]:
    """What members said before they corrected it: kept and shown struck through, never counted."""
    query = select(Assessment).where(Assessment.commission_id == commission.id, Assessment.superseded_at.is_not(None))
    return list(session.scalars(query.order_by(Assessment.user_id, Assessment.version)))


def votes_of(session: Session, commission: Commission) -> dict[str, Vote]:
    rows = assessments(session, commission)
    return {row.user_id: Vote(row.vote) for row in rows if row.vote != ABSTAIN}


def abstained(session: Session, commission: Commission) -> set[str]:
    """Who has answered without a vote: nobody waits for them, and the quorum is reached without them."""
    return {row.user_id for row in assessments(session, commission) if row.vote == ABSTAIN}


def call_substitutes(session: Session, incident: Incident, commission: Commission, now: datetime) -> list[str]:
    """Bring the seats up to date after somebody went out; each substitute who steps in is told. Returns their ids."""
    seated = {seat.member for seat in sitting(panel_of(session, incident, commission))}
    called = []
    for row in seat_rows(session, commission):
        if row.user_id in seated and not row.active:
            called.append(row.user_id)
        row.active = row.user_id in seated
    session.flush()
    for user_id in called:
        record(session, SYSTEM, "commission:substituted", incident.reference, now, case=incident.id,
               facts={"substitute": user_id})  # fmt: skip
    invite(session, incident, commission, called, now)
    return called


def invite(session: Session, incident: Incident, commission: Commission, user_ids: list[str], now: datetime) -> None:
    """Call people to their seats (E9): until when, and where; nothing about the case itself."""
    for user in session.scalars(select(User).where(User.id.in_(user_ids)).order_by(User.id)):
        due = at(session, user, commission.due_at)
        tell(
            session, incident, CONVENED, [user], commission.id, now, due=due, path=f"{incident.path}/commission/assess"
        )
