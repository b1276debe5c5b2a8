"""A letter in doubt or given up is nobody's until somebody is told: the people of the case, once a day and state. (Of a
notice to the authority incidents/notifying/mail_jobs.py tells, in words of its own.)

An alarm for the second channel is never given up while a clock of its case runs; after that it is let go.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from core.access import Role
from core.db import Database
from core.logs import log
from incidents.alerts import people_for, tell
from incidents.models import Incident, IncidentClock
from notifications.channels.claims import QUEUED, free
from notifications.models import IN_TROUBLE, ChannelMessage, OutboxMessage

LONG_ENOUGH = timedelta(hours=24)
KINDS = {"uncertain": "deliveries_uncertain", "dead": "deliveries_given_up"}


def tell_of_doubt(database: Database, now: datetime) -> int:
    """Queue the mails that are missing; returns how many. Each has a key of case, state and day, so it goes once."""
    with database.reading() as session:
        if not _in_trouble(session):
            return 0
    with database.transaction() as session:
        return sum(_tell(session, *trouble, now) for trouble in _in_trouble(session))


def _in_trouble(session: Session) -> list[tuple[str, str]]:
    letters = (OutboxMessage.state.in_(KINDS), OutboxMessage.message_class != "hold")
    found = select(OutboxMessage.case_id, OutboxMessage.state).where(text(IN_TROUBLE), *letters)
    return [(case_id, state) for case_id, state in session.execute(found.distinct())]


def _tell(session: Session, case_id: str, state: str, now: datetime) -> int:
    incident = session.get(Incident, case_id)
    if incident is None:
        return 0
    people = people_for(session, incident, Role.MANAGER, Role.DEPUTY)
    return tell(session, incident, KINDS[state], people, f"{now:%Y-%m-%d}", now)


def let_alarms_go(database: Database, now: datetime) -> int:
    """Take from the queue, a day after they were raised, the alarms of cases in which no clock runs any more."""
    old = (text(QUEUED), ChannelMessage.created_at < now - LONG_ENOUGH, free(now))
    with database.reading() as session:
        if session.scalar(select(ChannelMessage.id).where(*old).limit(1)) is None:
            return 0
    with database.transaction() as session:
        waiting = session.scalars(select(ChannelMessage).where(*old).with_for_update(skip_locked=True)).all()
        over = [alarm for alarm in waiting if not _still_matters(session, alarm.facts.get("reference"))]
        for alarm in over:
            alarm.state = "let_go"
    if over:
        log.info("alarms_let_go", count=len(over))
    return len(over)


def _still_matters(session: Session, reference: str | None) -> bool:
    running = exists().where(IncidentClock.incident_id == Incident.id, IncidentClock.stopped_at.is_(None))
    case = select(Incident.id).where(Incident.reference == reference, running)
    return session.scalar(case) is not None
