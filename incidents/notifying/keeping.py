"""What was sent is kept to the byte, as JSON and as a PDF, and the digests stand in the log in clear: whoever holds a
copy can prove later that it is the one."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import DomainError
from core.files import store
from core.logs import log
from core.pdf import render
from incidents.attachments import FILED
from incidents.models import Incident
from incidents.notice_document import notice_document
from incidents.notice_outputs import notice_json
from notifications.notice_models import Filing, Notice


def keep(
    session: Session, actor: Actor, incident: Incident, notice: Notice, filing: Filing, now: datetime
) -> dict[str, str]:
    """Store both files with the filing; returns their digests. Without a PDF the filing still counts."""
    name = f"{incident.reference}-notice-{notice.phase}"
    text = notice_json(session, incident, notice).encode()
    filing.json_file_id = store(session, incident.id, FILED, f"{name}.json", text, actor.id, now).id
    kept = {"json_sha256": _sha256(text)}
    if pdf := _pdf(session, incident, notice):
        filing.pdf_file_id = store(session, incident.id, FILED, f"{name}.pdf", pdf, actor.id, now).id
        kept["pdf_sha256"] = _sha256(pdf)
    return kept


def _pdf(session: Session, incident: Incident, notice: Notice) -> bytes:
    try:
        return render(notice_document(session, incident, notice, notice.language))
    except DomainError as wrong:
        log.warning("notice_without_pdf", incident=incident.reference, reason=type(wrong).__name__)
        return b""


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
