"""What was sent is kept to the byte, as JSON and as a PDF, and the digests stand in the log in clear: whoever holds a
copy can prove later that it is the one."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import DomainError
from core.files import StoredFile, file_content, store
from core.logs import log
from core.pdf import render
from incidents.attachments import FILED
from incidents.models import Incident
from incidents.notice_document import notice_document
from incidents.notice_outputs import notice_json
from notifications.notice_models import Notice


@dataclass(frozen=True, slots=True)
class Kept:
    """The files of one phase by their kind, and their digests as the log names them."""

    files: dict[str, str]
    digests: dict[str, str]


def keep(session: Session, actor: Actor, incident: Incident, notice: Notice, now: datetime) -> Kept:
    """Store what is sent. Without a PDF the filing still counts."""
    files = {
        kind: store(session, incident.id, FILED, name, content, actor.id, now)
        for kind, (name, content) in papers(session, incident, notice).items()
    }
    session.flush()
    return kept_again(session, {kind: file.id for kind, file in files.items()})


def kept_again(session: Session, files: dict[str, str]) -> Kept:
    """The same for files that were stored when the mail was written."""
    contents = {kind: file_content(session, session.get_one(StoredFile, one)) for kind, one in files.items()}
    return Kept(files, {f"{kind}_sha256": sha256(content) for kind, content in contents.items()})


def papers(session: Session, incident: Incident, notice: Notice) -> dict[str, tuple[str, bytes]]:
    """Kind -> name and content of each file, the same bytes for as long as the notice is not changed."""
    name = file_stem(incident, notice)
    text = notice_json(session, incident, notice).encode()
    pdf = _pdf(session, incident, notice)
    return {"json": (f"{name}.json", text)} | ({"pdf": (f"{name}.pdf", pdf)} if pdf else {})


def file_stem(incident: Incident, notice: Notice) -> str:
    """What its files are called, without a name in it."""
    whom = f"-{notice.authority}" if notice.recipient_id else ""
    return f"{incident.reference}-notice{whom}-{notice.phase}"


def _pdf(session: Session, incident: Incident, notice: Notice) -> bytes:
    try:
        return render(notice_document(session, incident, notice, notice.language))
    except DomainError as wrong:
        log.warning("notice_without_pdf", incident=incident.reference, reason=type(wrong).__name__)
        return b""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
