"""Files of a case: from the reporter, from suppliers and from who handles it. Each download by staff leaves an entry in
the log."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Forbidden, Invalid, NotFound
from core.files import PER_CASE, StoredFile, file_name, store
from incidents.bundling.together import check_joint
from incidents.models import Incident
from incidents.sealed import OWES, sealed_from

REPORT, CASE, FILED = "report", "case", "filed"
SUPPLIER = "supplier:"  # and the supplier's id


def attach(
    session: Session, actor: Actor, incident: Incident, name: str, content: bytes, now: datetime, purpose: str = CASE
) -> StoredFile:
    """Store one file with a case: ten from the reporter, each supplier and the staff; none can crowd another out.

    Raises:
        Invalid: no file, a kind that is not accepted, or ten already.
        TooLarge: more than 20 MB.
    """
    held = select(func.count()).where(StoredFile.case_id == incident.id, StoredFile.purpose == purpose)
    if (session.scalar(held) or 0) >= PER_CASE:
        raise Invalid({"file": N_("There are ten files already. Write in the message what more you have.")})
    by = "reporter" if purpose == REPORT else purpose if purpose.startswith(SUPPLIER) else actor.id
    file = store(session, incident.id, purpose, name, content, by, now)
    session.flush()
    record(session, actor, "file:added", incident.reference, now, case=incident.id,
           facts={"file": file.id, "size": file.size, "media_type": file.media_type, "purpose": purpose})  # fmt: skip
    return file


def files_of(session: Session, incident: Incident, purpose: str = "") -> list[tuple[StoredFile, str]]:
    """The files of a case with their names, newest last."""
    query = select(StoredFile).where(StoredFile.case_id == incident.id)
    if purpose:
        query = query.where(StoredFile.purpose == purpose)
    rows: Sequence[StoredFile] = session.scalars(query.order_by(StoredFile.uploaded_at, StoredFile.id)).all()
    return [(row, file_name(session, row)) for row in rows]


def take_out(session: Session, actor: Actor, incident: Incident, file_id: str, now: datetime) -> StoredFile:
    """One file of this case, for a download that the log remembers.

    Raises:
        NotFound: the case has no such file.
        Forbidden: it is a notice as it was sent, and this member of the commission owes the own answer, or is
            involved in one of its cases.
    """
    file = session.scalar(select(StoredFile).where(StoredFile.id == file_id, StoredFile.case_id == incident.id))
    if file is None:
        raise NotFound()
    if file.purpose == FILED and sealed_from(session, actor, incident):
        raise Forbidden(OWES)
    if file.purpose == FILED:
        check_joint(session, actor, incident)
    record(session, actor, "file:read", incident.reference, now, case=incident.id, facts={"file": file.id})
    return file
