"""What we mail to who reported, when an address was given: E1 to E3 and the code. Never a word about the case."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from core.i18n import absolute
from core.organisation import organisation
from incidents.models import Incident
from incidents.reported import reporter
from notifications.outbox import Fact, enqueue


class ToReporter(StrEnum):
    """Every kind there is: erasing who reported (incidents/erasing/parts.py) takes the address out of each."""

    RECEIVED = "report_received"
    QUESTION = "question"
    CODE = "receipt_code"
    DISMISSED = "report_dismissed"
    CLOSED = "report_closed"


def mail_reporter(
    session: Session, incident: Incident, kind: ToReporter, once: str, now: datetime, **facts: Fact | datetime
) -> bool:
    """Queue it once for each `once`. False: no address was given. A moment is told in the zone of the company."""
    address = reporter(session, incident).email
    if not address:
        return False
    zone, language = organisation(session).zone, incident.language
    said: dict[str, Fact] = {
        name: absolute(fact, language, zone) if isinstance(fact, datetime) else fact for name, fact in facts.items()
    }
    enqueue(session, kind, to=address, language=language, once=f"{kind}:{once}", now=now, case=incident.id,
            facts={"reference": incident.reference, "path": "/status", **said})  # fmt: skip
    return True
