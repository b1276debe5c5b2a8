"""E10: whoever has not answered is reminded at half time and two hours before the end, once each, late or not."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.db import Database
from identity.models import User
from incidents.alerts import at, tell
from incidents.assessing.counting import CLOSED, after_a_change_of_seats
from incidents.assessing.quorum_alarm import alarm_members
from incidents.assessing.seats import assessments, panel_of, seat_rows, votes_of
from incidents.commission import sitting
from incidents.commission_models import Commission
from incidents.models import Incident
from incidents.states import ENDED, State

REMINDED = "assessment_missing"
LAST_CALL = timedelta(hours=2)


def stages(commission: Commission) -> list[datetime]:
    """The moments of reminding, earliest first; the last call falls away when it would come before half time."""
    half = commission.convened_at + (commission.due_at - commission.convened_at) / 2
    last = commission.due_at - LAST_CALL
    return [half, last] if last > half else [half]


def remind_members(database: Database, now: datetime) -> None:
    """The worker's job; first the alarm of those who are missing shortly before the legal clock ends."""
    alarm_members(database, now)
    with database.transaction() as session:
        remind(session, now)


def remind(session: Session, now: datetime) -> int:
    """Remind in every open commission; returns how many mails were queued. After downtime one mail is enough."""
    query = select(Commission, Incident).join(Incident, Incident.id == Commission.incident_id)
    still = query.where(Commission.state != CLOSED, Incident.state.not_in(ENDED | {State.UNDER_REVIEW}))
    return sum(_remind(session, incident, commission, now) for commission, incident in session.execute(still).all())


def _remind(session: Session, incident: Incident, commission: Commission, now: datetime) -> int:
    _look_after_seats(session, incident, commission, now)
    passed = [stage for stage in stages(commission) if stage <= now]
    if not passed:
        return 0
    seated = {seat.member for seat in sitting(panel_of(session, incident, commission))}
    given = {row.user_id for row in assessments(session, commission)}
    votes = len(seated & votes_of(session, commission).keys())
    queued = 0
    for row in seat_rows(session, commission):
        if row.user_id in seated - given and (row.reminded_at is None or row.reminded_at < passed[-1]):
            row.reminded_at = now
            queued += _tell(session, incident, commission, row.user_id, votes, passed[-1], now)
    return queued


def _look_after_seats(session: Session, incident: Incident, commission: Commission, now: datetime) -> None:
    """Somebody may have been excluded from the case or left the company since the call."""
    seated = {seat.member for seat in sitting(panel_of(session, incident, commission))}
    if seated != {row.user_id for row in seat_rows(session, commission) if row.active}:
        after_a_change_of_seats(session, SYSTEM, incident, commission, now)


def _tell(
    session: Session,
    incident: Incident,
    commission: Commission,
    user_id: str,
    given: int,
    stage: datetime,
    now: datetime,
) -> int:
    user = session.get_one(User, user_id)
    return tell(session, incident, REMINDED, [user], f"{commission.id}:{stage.isoformat()}", now, given=given,
                quorum=commission.quorum, due=at(session, user, commission.due_at),
                path=f"{incident.path}/commission/assess")  # fmt: skip
