"""Files people attach: allow-listed by name and content, sealed in the database, only ever downloaded.

They lie in the database, not in a folder, so that a file and the entry that says it arrived are one transaction.
"""

import hashlib
from datetime import datetime
from pathlib import PurePath

import puremagic
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, new_id
from core.errors import N_, Invalid, TooLarge
from core.keys import commit_value, seal, seal_bytes, unseal, unseal_bytes

LIMIT = 20 * 2**20
PER_CASE = 10
TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".heic": "image/heic",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".json": "application/json",
    ".eml": "message/rfc822",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SIGNED = {".pdf", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".docx", ".xlsx"}


class StoredFile(Base):
    """An attachment, a receipt or evidence; name and content are sealed under the case's key.

    `digest` is a keyed commitment: a thief of the database cannot confirm a file by guessing it.
    """

    __tablename__ = "stored_file"
    __table_args__ = (Index("ix_stored_file_case_id_uploaded_at", "case_id", "uploaded_at"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str]
    purpose: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
    name_sealed: Mapped[str]
    content_sealed: Mapped[str] = mapped_column(deferred=True)


def store(
    session: Session, case_id: str, purpose: str, name: str, content: bytes, uploaded_by: str, now: datetime
) -> StoredFile:
    """Check and seal one file.

    Raises:
        Invalid: the kind of file is not allowed, it is empty, or its content is not what its name says.
        TooLarge: more than 20 MB.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in TYPES:
        raise Invalid(
            {"file": N_("Files of this kind are not accepted. Use a picture, PDF, text, Word or Excel file.")}
        )
    if not content:
        raise Invalid({"file": N_("The file is empty.")})
    if len(content) > LIMIT:
        raise TooLarge(N_("A file may be at most 20 MB."))
    if suffix in SIGNED and not _looks_like(suffix, content):
        raise Invalid({"file": N_("The content does not match the file's name. Save it again and retry.")})
    file = StoredFile(
        id=new_id(),
        case_id=case_id,
        purpose=purpose,
        media_type=TYPES[suffix],
        size=len(content),
        uploaded_by=uploaded_by,
        uploaded_at=now,
    )
    file.digest = commit_value(session, case_id, f"stored_file:{file.id}", hashlib.sha256(content).hexdigest())
    file.name_sealed = seal(session, case_id, f"stored_file.name:{file.id}", PurePath(name).name[:200])
    file.content_sealed = seal_bytes(session, case_id, f"stored_file.content:{file.id}", content)
    session.add(file)
    return file


def file_name(session: Session, file: StoredFile) -> str:
    return unseal(session, file.case_id, f"stored_file.name:{file.id}", file.name_sealed)


def file_content(session: Session, file: StoredFile) -> bytes:
    return unseal_bytes(session, file.case_id, f"stored_file.content:{file.id}", file.content_sealed)


def _looks_like(suffix: str, content: bytes) -> bool:
    if suffix in {".docx", ".xlsx"}:
        return content.startswith(b"PK\x03\x04")
    alike = {".jpg", ".jpeg"}
    try:
        found = {match.extension.lower() for match in puremagic.magic_string(content)}
    except puremagic.PureError:
        return False
    return suffix in found or (suffix in alike and bool(found & (alike | {".jfif"})))
