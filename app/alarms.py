"""A letter in doubt or given up is nobody's until somebody is told: the people of the case, once a day and state."""

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.access import Role
from core.db import Database
from incidents.alerts import people_for, tell
from incidents.models import Incident
from notifications.models import IN_TROUBLE, OutboxMessage

KINDS = {"uncertain": "deliveries_uncertain", "dead": "deliveries_given_up"}


def tell_of_doubt(database: Database, now: datetime) -> int:
    """Queue the mails that are missing; returns how many. Each has a key of case, state and day, so it goes once."""
    with database.reading() as session:
        if not _in_trouble(session):
            return 0
    with database.transaction() as session:
        return sum(_tell(session, *trouble, now) for trouble in _in_trouble(session))


def _in_trouble(session: Session) -> list[tuple[str, str]]:
    found = select(OutboxMessage.case_id, OutboxMessage.state).where(text(IN_TROUBLE), OutboxMessage.state.in_(KINDS))
    return [(case_id, state) for case_id, state in session.execute(found.distinct())]


def _tell(session: Session, case_id: str, state: str, now: datetime) -> int:
    incident = session.get(Incident, case_id)
    if incident is None:
        return 0
    people = people_for(session, incident, Role.MANAGER, Role.DEPUTY)
    return tell(session, incident, KINDS[state], people, f"{now:%Y-%m-%d}", now)
