"""E3: the reporter hears how it went, when an address was given. The mail says nothing about the case itself."""

from datetime import datetime

from sqlalchemy.orm import Session

from incidents.models import Incident
from incidents.reported import reporter
from notifications.outbox import enqueue

DISMISSED, CLOSED = "report_dismissed", "report_closed"


def tell_reporter(session: Session, incident: Incident, kind: str, now: datetime) -> None:
    """Thank the reporter once for each end of the case."""
    address = reporter(session, incident).email
    if not address:
        return
    enqueue(
        session,
        kind,
        to=address,
        language=incident.language,
        once=f"{kind}:{incident.id}:{incident.version}",
        now=now,
        case=incident.id,
        facts={"reference": incident.reference, "path": "/status"},
    )
