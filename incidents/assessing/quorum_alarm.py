"""Vote and clock: no quorum shortly before the legal clock ends. Whoever can still answer is alarmed, and the policy's
default, to notify the authority, is proposed to those who can decide in advance (clause 8.1 beside Art. 33(1))."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM, Role
from core.audit import record
from core.audit.entries import Fact
from core.db import Database
from identity.models import User
from incidents.alerts import at, people_for, present, tell
from incidents.assessing.confirming import current_decision
from incidents.assessing.counting import CLOSED
from incidents.assessing.seats import assessments, lock, panel_of, votes_of
from incidents.case_facts import legal_clock
from incidents.commission import Position, counted, sitting
from incidents.commission_models import Commission
from incidents.models import Incident
from incidents.states import State

ALARM, STANDBY, PROPOSED = "quorum_alarm", "quorum_standby", "default_proposed"


class Step(StrEnum):
    NOTHING = "nothing"
    ALARM = "alarm"
    TAKE_BACK = "take_back"


def step(ends_at: datetime | None, hours: int, alarmed_at: datetime | None, now: datetime) -> Step:
    """Alarm once when `hours` or less are left. When the clock was moved away from there, or has stopped, the alarm is
    taken back, so that it comes again in its time."""
    near = ends_at is not None and ends_at - now <= timedelta(hours=hours)
    if near == (alarmed_at is not None):
        return Step.NOTHING
    return Step.ALARM if near else Step.TAKE_BACK


def default_proposed(session: Session, incident: Incident, commission: Commission, now: datetime) -> bool:
    """Whether the policy's default stands in for a commission that has not reached its quorum in time."""
    open_still = commission.state != CLOSED and not commission.outcome and incident.state == State.IN_ASSESSMENT
    proposed = commission.proposed_at is not None and commission.proposed_at <= now
    return proposed and open_still and current_decision(session, commission) is None


def alarm_members(database: Database, now: datetime) -> None:
    """The worker's job: each case in a transaction of its own, so that it happens as a whole or not at all."""
    with database.reading() as session:
        query = select(Commission, Incident).join(Incident, Incident.id == Commission.incident_id)
        waiting = session.execute(query.where(Commission.state != CLOSED, Incident.state == State.IN_ASSESSMENT))
        ids = [row.Commission.id for row in waiting if _step(row.Commission, row.Incident, now) is not Step.NOTHING]
    for commission_id in ids:
        with database.transaction() as session:
            alarm(session, commission_id, now)


def alarm(session: Session, commission_id: str, now: datetime) -> Step:
    """Look once more under the lock, then alarm and propose, or take it back."""
    commission = session.get_one(Commission, commission_id)
    incident = lock(session, session.get_one(Incident, commission.incident_id))
    session.refresh(commission)
    found = _step(commission, incident, now)
    if found is Step.ALARM:
        commission.alarmed_at = commission.proposed_at = now
        _tell(session, incident, commission, now)
    elif found is Step.TAKE_BACK:
        commission.alarmed_at = commission.proposed_at = None
        record(session, SYSTEM, "commission:alarm_taken_back", incident.reference, now, case=incident.id)
    return found


def _step(commission: Commission, incident: Incident, now: datetime) -> Step:
    """Nothing when the quorum is there, or when somebody has decided in advance already."""
    if commission.state == CLOSED or commission.outcome or incident.state != State.IN_ASSESSMENT:
        return Step.NOTHING
    clock = legal_clock(incident)
    return step(clock.ends_at if clock else None, commission.alarm_hours, commission.alarmed_at, now)


def _tell(session: Session, incident: Incident, commission: Commission, now: datetime) -> None:
    panel, clock = panel_of(session, incident, commission), legal_clock(incident)
    ends_at = clock.ends_at if clock else now
    sits = {seat.member for seat in sitting(panel)}
    owing = sits - {row.user_id for row in assessments(session, commission)}
    reserve = {seat.member for seat in panel if seat.can_sit and seat.position is Position.SUBSTITUTE} - sits
    votes = len(counted(panel, votes_of(session, commission)))
    facts: dict[str, Fact] = {
        "votes": votes,
        "quorum": commission.quorum,
        "due_at": ends_at.isoformat(timespec="minutes"),
    }
    record(session, SYSTEM, "commission:alarmed", incident.reference, now, case=incident.id,
           facts={"members": len(owing), **facts})  # fmt: skip
    record(session, SYSTEM, "decision:default_proposed", incident.reference, now, case=incident.id, facts=facts)
    deciders = present(session, incident, people_for(session, incident, Role.MANAGER, Role.DEPUTY), now)
    for kind, people, path in (
        (ALARM, _people(session, owing), f"{incident.path}/commission/assess"),
        (STANDBY, _people(session, reserve), "/incidents"),
        (PROPOSED, deciders, f"{incident.path}/decision"),
    ):
        for user in people:
            tell(session, incident, kind, [user], f"{commission.id}:{now.isoformat()}", now, votes=votes,
                 quorum=commission.quorum, due=at(session, user, ends_at), late=now > ends_at, path=path)  # fmt: skip


def _people(session: Session, ids: Collection[str]) -> list[User]:
    return list(session.scalars(select(User).where(User.id.in_(ids)).order_by(User.id)))
