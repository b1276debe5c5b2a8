"""Everybody who could handle a case is involved in it. The administrators cannot open it, but they can appoint a head
who is not involved, and from that moment the case has somebody."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Role
from incidents.alerts import people_for, tell
from incidents.models import Incident
from incidents.stand_in import nobody_leads, stand_in

KIND = "nobody_left"
INVOLVED = "involved"


def tell_when_nobody_is_left(session: Session, incident: Incident, once: str, now: datetime) -> None:
    """Say so at the moment it happens, and again with each level of the ladder."""
    if nobody_leads(session, incident) and stand_in(session, incident) is None:
        tell(session, incident, KIND, people_for(session, incident, Role.ADMIN), once, now, path="/users")
