"""Erasing one case in one transaction: killed anywhere, a case is either whole or erased.

What is readable goes at once, with the key; long tables of what nobody can read any more are emptied step by step
afterwards (incidents/erasing/clearing.py).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.files import StoredFile
from core.keys import destroy_key
from core.moment import noon_of
from core.organisation import organisation
from incidents.commission_models import Decision
from incidents.erasing.places import EMPTIED, deleted_at_once, table_of
from incidents.models import Incident
from incidents.search import search_text
from notifications.letters.models import Mailing, Recipient
from notifications.models import OutboxMessage

TO_THE_DAY = ("occurred_at", "ended_at", "detected_at")


def figures(session: Session, incident: Incident) -> dict[str, Any]:
    """What the register goes on saying of a case in numbers and codes, and when it was decided first."""
    letters = OutboxMessage.state.in_(("accepted", "decided", "bounced"))
    mine = select(Mailing.id).where(Mailing.incident_id == incident.id)
    decision = session.scalar(
        select(Decision).where(Decision.incident_id == incident.id, Decision.in_force_at.is_not(None))
        .order_by(Decision.round.desc()).limit(1)
    )  # fmt: skip
    first = session.scalar(select(func.min(Decision.in_force_at)).where(Decision.incident_id == incident.id))
    return {
        "letters": _count(session, OutboxMessage, OutboxMessage.mailing_id.in_(mine), letters),
        "told_otherwise": _count(session, Recipient, Recipient.mailing_id.in_(mine), Recipient.state == "told"),
        "notify_authority": decision.notify_authority if decision else None,
        "inform_people": decision.inform_people if decision else None,
        "decided_at": first.isoformat() if first else None,
    }


def erase_case(session: Session, incident: Incident, now: datetime) -> dict[str, Any]:
    """The key goes, and with it everything sealed; the rows that held it, and what stood in clear."""
    kept = figures(session, incident)
    incident.erased_at = now
    session.flush()
    kept["files"] = _count(session, StoredFile, StoredFile.case_id == incident.id)
    for model, mine in deleted_at_once(incident.id):
        session.execute(delete(model).where(mine).execution_options(synchronize_session=False))
    for place in EMPTIED:
        if place.model is Incident:
            _anonymise(incident, place.instead, organisation(session).zone)
        elif place.instead:
            session.execute(update(place.table).where(place.of(incident.id)).values(**place.instead))
    destroy_key(session, incident.id, now)
    return kept


def _anonymise(incident: Incident, instead: Mapping[str, Any], zone: str) -> None:
    """The register's row without words and without ties to a person. What happened is kept to the day on the company's
    calendar: the hour could point out who was there. The moments of our own duties stay exact, for they show whether
    deadlines were kept."""
    for column, value in instead.items():
        setattr(incident, column, value)
    for column in TO_THE_DAY:
        moment: datetime | None = getattr(incident, column)
        setattr(incident, column, moment and noon_of(moment, zone))
    incident.search = search_text(incident)


def _count(session: Session, model: type[Any], *conditions: Any) -> int:
    return session.scalar(select(func.count()).select_from(table_of(model)).where(*conditions)) or 0
