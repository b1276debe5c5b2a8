"""Of two people who act on a case at once the second sees what the first did."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.models import Incident


def lock(session: Session, incident: Incident) -> Incident:
    """Hold the case until the commit: of two people who act at once the second sees what the first did."""
    session.execute(select(Incident.id).where(Incident.id == incident.id).with_for_update())
    session.refresh(incident)
    return incident
