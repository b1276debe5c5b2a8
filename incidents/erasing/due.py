"""Whether the time of a part of a case has come, and what stands in the way. Asked when the worker looks, and once
more at the moment of erasing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, text
from sqlalchemy.orm import Session

from core.errors import N_
from core.files import StoredFile
from incidents.attachments import FILED
from incidents.bundle_models import BundledCase
from incidents.erasing.parts import Part
from incidents.erasing_models import LegalHold
from incidents.models import Incident
from incidents.retention import longest, months_after
from incidents.states import ENDED, State
from notifications.letters.models import Mailing, Recipient
from notifications.models import OutboxMessage
from notifications.notice_mail import OPEN, NoticeMail

MOVING = ("queued", "deferred", "claimed", "in_data", "uncertain")
HELD = N_("A legal hold is in force.")
ON_ITS_WAY = N_("A mail of the case is on its way, or in doubt.")
HAS: dict[Part, ColumnElement[bool]] = {  # whether a case has anything of the part
    Part.CASE: Incident.id.is_not(None),
    Part.REPORTER: or_(
        Incident.contact_sealed.is_not(None), Incident.reporter_id.is_not(None), Incident.receipt_hash.is_not(None)
    ),
    Part.PEOPLE: select(Recipient.id)
    .join(Mailing, Mailing.id == Recipient.mailing_id)
    .where(Mailing.incident_id == Incident.id, Recipient.fields_sealed != "")
    .correlate(Incident)
    .exists(),
    Part.FILES: select(StoredFile.id)
    .where(StoredFile.case_id == Incident.id, StoredFile.purpose != FILED)
    .correlate(Incident)
    .exists(),
}


@dataclass(frozen=True, slots=True)
class Due:
    """The rule that decides, and the moment it falls due. `blocked`: why it is not erased yet, to be translated."""

    rule: str
    due_at: datetime
    blocked: str = ""


def due(session: Session, incident: Incident, part: Part, months: dict[str, int], now: datetime) -> Due | None:
    """None when no rule fits, there is nothing to erase, or the moment has not come."""
    there = select(Incident.id).where(Incident.id == incident.id, Incident.erased_at.is_(None), HAS[part])
    if session.scalar(there) is None:
        return None
    found = _of_all(session, incident, months) if part is Part.CASE else _alone(session, incident, part, months)
    if found is None or found.due_at > now:
        return None
    return Due(found.rule, found.due_at, _in_the_way(session, _related(session, incident, part)))


def _alone(session: Session, incident: Incident, part: Part, months: dict[str, int]) -> Due | None:
    rule, end = longest(incident, part, months), ended_at(session, incident)
    return Due(rule, months_after(end, months[rule])) if rule and end else None


def ended_at(session: Session, incident: Incident) -> datetime | None:
    """When the case ended; one that was merged ends with the case it went up in."""
    seen = {incident.id}
    while incident.state == State.MERGED and incident.merged_into_id and incident.merged_into_id not in seen:
        seen.add(incident.merged_into_id)
        incident = session.get_one(Incident, incident.merged_into_id)
    return incident.closed_at if incident.state in ENDED else None


def _of_all(session: Session, incident: Incident, months: dict[str, int]) -> Due | None:
    """Cases that were merged or told together go together: whichever is kept longest decides. One that is open keeps
    all of them."""
    group = [one for one in together(session, incident) if one.erased_at is None]
    if any(one.state not in ENDED for one in group):
        return None
    found = [one for case in group if (one := _alone(session, case, Part.CASE, months)) is not None]
    return max(found, key=lambda one: one.due_at, default=None)


def together(session: Session, incident: Incident) -> list[Incident]:
    """The case and all that it was merged with or told with, however far that goes."""
    found, look = {incident.id: incident}, {incident.id}
    while look:
        query = select(Incident).where(Incident.id.not_in(found), or_(*_ties(look)))
        fresh = {one.id: one for one in session.scalars(query)}
        found |= fresh
        look = set(fresh)
    return list(found.values())


def _ties(ids: Iterable[str]) -> list[ColumnElement[bool]]:
    known = list(ids)
    into = select(Incident.merged_into_id).where(Incident.id.in_(known), Incident.merged_into_id.is_not(None))
    leads = select(BundledCase.lead_id).where(BundledCase.incident_id.in_(known))
    parts = select(BundledCase.incident_id).where(BundledCase.lead_id.in_(known))
    return [Incident.merged_into_id.in_(known), Incident.id.in_(into), Incident.id.in_(leads), Incident.id.in_(parts)]


def _related(session: Session, incident: Incident, part: Part) -> list[str]:
    return [one.id for one in together(session, incident)] if part is Part.CASE else [incident.id]


def _in_the_way(session: Session, ids: list[str]) -> str:
    held = select(LegalHold.id).where(LegalHold.incident_id.in_(ids), LegalHold.lifted_at.is_(None))
    if session.scalar(held.limit(1)):
        return HELD
    moving = select(OutboxMessage.id).where(OutboxMessage.case_id.in_(ids), OutboxMessage.state.in_(MOVING))
    letters = select(NoticeMail.id).where(NoticeMail.incident_id.in_(ids), text(OPEN))
    return ON_ITS_WAY if session.scalar(moving.limit(1)) or session.scalar(letters.limit(1)) else ""
