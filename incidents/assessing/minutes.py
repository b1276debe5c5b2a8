"""Writing the minutes: sealed as data and as PDF, their digests in the row and in the log. None is ever changed; what
happens later makes a new version."""

import hashlib
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor, Operation
from core.audit import record
from core.audit.entries import Fact
from core.db import new_id
from core.document import Document, document_of
from core.errors import N_, Conflict, DomainError, Forbidden, NotFound
from core.keys import seal, seal_bytes, unseal, unseal_bytes
from core.logs import log
from core.organisation import organisation
from core.pdf import render
from incidents.assessing.confirming import current_decision
from incidents.assessing.seats import commission_of, lock
from incidents.chair import chairs
from incidents.commission_models import Commission, Decision
from incidents.minutes import minutes_document
from incidents.minutes_models import Minutes
from incidents.models import Incident

WRITTEN, READ = "minutes:written", "minutes:read"
NOTHING = N_("No decision is in force yet, so there is nothing to write minutes of.")
WHO = N_("The manager, the chair or the secretary writes the minutes.")


def write_minutes(
    session: Session, actor: Actor, incident: Incident, commission: Commission, decision: Decision, lang: str,
    now: datetime,
) -> Minutes:  # fmt: skip
    """One more version. A PDF that cannot be made never stops a decision: the text is kept, and the page says so."""
    held = select(func.max(Minutes.version)).where(Minutes.incident_id == incident.id)
    version = (session.scalar(held) or 0) + 1
    document = minutes_document(session, incident, commission, decision, lang, version, actor.id, now)
    text, pdf = document.as_json, _pdf(document)
    row = Minutes(
        id=new_id(), incident_id=incident.id, commission_id=commission.id, version=version, language=lang,
        data_sha256=_digest(text.encode()), pdf_sha256=_digest(pdf) if pdf else "", written_by=actor.id, written_at=now,
    )  # fmt: skip
    row.data_sealed = seal(session, incident.id, _place(row, "data"), text)
    row.pdf_sealed = seal_bytes(session, incident.id, _place(row, "pdf"), pdf).encode()
    session.add(row)
    session.flush()
    facts: dict[str, Fact] = {"round": commission.round, "minutes_version": version, "data_sha256": row.data_sha256,
             "pdf_sha256": row.pdf_sha256}  # fmt: skip
    record(session, actor, WRITTEN, incident.reference, now, case=incident.id, facts=facts)
    return row


def write_for_the_company(
    session: Session, incident: Incident, commission: Commission, decision: Decision, now: datetime
) -> None:
    """By the system, in the company's language, as soon as there is something to bind."""
    write_minutes(session, SYSTEM, incident, commission, decision, organisation(session).language, now)


def write_anew(session: Session, actor: Actor, incident: Incident, lang: str, now: datetime) -> Minutes:
    """Somebody asks for a new version, because something has happened since.

    Raises:
        Forbidden: neither the manager's part, nor chair, nor secretary.
        Conflict: no decision is in force.
    """
    incident = lock(session, incident)
    commission = commission_of(session, incident)
    decision = current_decision(session, commission) if commission else None
    if commission is None or decision is None or decision.in_force_at is None:
        raise Conflict(NOTHING)
    if not may_write(session, actor, incident, commission):
        raise Forbidden(WHO)
    return write_minutes(session, actor, incident, commission, decision, lang, now)


def may_write(session: Session, actor: Actor, incident: Incident, commission: Commission) -> bool:
    """Who calls the commission writes its minutes, and so may its chair and its secretary."""
    return actor.may(Operation.CONVENE) or actor.id in chairs(session, incident) | {commission.secretary_id}


def versions(session: Session, incident: Incident) -> list[Minutes]:
    """All that were written in the case, the newest first."""
    query = select(Minutes).where(Minutes.incident_id == incident.id)
    return list(session.scalars(query.order_by(Minutes.version.desc())))


def take_out(session: Session, actor: Actor, incident: Incident, version: int, now: datetime) -> bytes:
    """The file of one version, for a download that the log remembers.

    Raises:
        NotFound: there is no such version, or no file could be made of it.
    """
    row = next((row for row in versions(session, incident) if row.version == version), None)
    if row is None or not row.pdf_sha256:
        raise NotFound()
    record(session, actor, READ, incident.reference, now, case=incident.id, facts={"minutes_version": version})
    return pdf_in(session, row)


def document_in(session: Session, row: Minutes) -> Document:
    return document_of(unseal(session, row.incident_id, _place(row, "data"), row.data_sealed))


def pdf_in(session: Session, row: Minutes) -> bytes:
    """The file as it was written; empty when none could be made."""
    return unseal_bytes(session, row.incident_id, _place(row, "pdf"), row.pdf_sealed.decode())


def is_as_written(session: Session, row: Minutes) -> bool:
    """Whether text and file still have the digests of the row."""
    text = unseal(session, row.incident_id, _place(row, "data"), row.data_sealed)
    pdf = pdf_in(session, row)
    return (_digest(text.encode()), _digest(pdf) if pdf else "") == (row.data_sha256, row.pdf_sha256)


def _pdf(document: Document) -> bytes:
    try:
        return render(document)
    except DomainError as wrong:
        log.warning("minutes_without_pdf", incident=document.reference, reason=type(wrong).__name__)
        return b""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _place(row: Minutes, part: str) -> str:
    return f"minutes.{part}:{row.id}"
