"""What of a case has a time of its own, and goes before the case does: the reporter, the people told, the files."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.audit.models import AuditEntry, AuditValue
from core.files import StoredFile
from incidents.attachments import FILED
from incidents.erasing.erase import erase_case
from incidents.erasing_models import ErasedPart, ErasureItem
from incidents.models import Incident
from incidents.reporter_mails import ToReporter
from notifications.letters.models import Mailing
from notifications.models import OutboxMessage

Counts = dict[str, Any]
SAID_NOTHING: Mapping[str, Any] = {"to_sealed": "", "facts_sealed": "", "smtp_reply_sealed": None}
LETTERS_GONE = ("draft", "list_words", "tested", "compared")


class Part(StrEnum):
    """All of it goes with the case at the latest."""

    CASE = "case"
    REPORTER = "reporter"
    PEOPLE = "people"
    FILES = "files"


def erase(session: Session, incident: Incident, item: ErasureItem, now: datetime) -> ErasedPart:
    """Carry out what two people have signed; the caller holds the case's lock and has asked once more whether it may.

    The entry in the log says by which rule and how much; who proposed and approved it stands in entries of their own.
    """
    part = Part(item.part)
    kept = _ERASE[part](session, incident, now)
    erased = ErasedPart(
        incident_id=incident.id, part=part, rule=item.rule, due_at=item.due_at, batch_id=item.batch_id,
        proposed_by=item.proposed_by, approved_by=item.approved_by, erased_at=now, kept=kept,
    )  # fmt: skip
    # the case may have been opened again since an earlier time, and new things have come
    again = (ErasedPart.incident_id == incident.id) & (ErasedPart.part == part)
    session.execute(delete(ErasedPart).where(again).execution_options(synchronize_session=False))
    gone = ErasureItem.incident_id == incident.id if part is Part.CASE else ErasureItem.id == item.id
    session.execute(delete(ErasureItem).where(gone).execution_options(synchronize_session=False))
    session.add(erased)
    fell_at = item.due_at.isoformat()
    record(session, SYSTEM, "erasure:erased", incident.reference, now, case=incident.id,
           facts={"erased_part": part, "retention_rule": item.rule, "fell_at": fell_at, **kept})  # fmt: skip
    return erased


def _reporter(session: Session, incident: Incident, _now: datetime) -> Counts:
    """Who reported, how to reach them, and the code they follow the case with; not what they told."""
    incident.contact_sealed = None
    incident.reporter_id = incident.receipt_hash = incident.client_uuid = None
    mine = select(AuditEntry.seq).where(AuditEntry.case_id == incident.id)
    named = AuditValue.field.startswith("contact") | AuditValue.field.startswith("reporter")
    gone = delete(AuditValue).where(AuditValue.seq.in_(mine), named)
    session.execute(gone.execution_options(synchronize_session=False))
    mails = update(OutboxMessage).where(OutboxMessage.case_id == incident.id, OutboxMessage.kind.in_(ToReporter))
    session.execute(mails.values(**SAID_NOTHING).execution_options(synchronize_session=False))
    return {}


def _files(session: Session, incident: Incident, _now: datetime) -> Counts:
    """What people attached. What was sent to an authority is the proof of it and goes with the case."""
    mine = (StoredFile.case_id == incident.id) & (StoredFile.purpose != FILED)
    count = session.scalar(select(func.count(StoredFile.id)).where(mine)) or 0
    session.execute(delete(StoredFile).where(mine).execution_options(synchronize_session=False))
    return {"files": count}


def _people(session: Session, incident: Incident, _now: datetime) -> Counts:
    """The lists as they came in go here; names, addresses and letters row by row afterwards. By which way, when and
    with what outcome each row was told stays until the case goes."""
    mailings = session.scalars(select(Mailing).where(Mailing.incident_id == incident.id)).all()
    for mailing in mailings:
        for field in LETTERS_GONE:
            setattr(mailing, f"{field}_sealed", "")
    return {"mailings": len(mailings)}


_ERASE: Mapping[Part, Callable[[Session, Incident, datetime], Counts]] = {
    Part.CASE: erase_case,
    Part.REPORTER: _reporter,
    Part.PEOPLE: _people,
    Part.FILES: _files,
}
