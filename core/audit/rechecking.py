"""Whether what the rows call held is there still: a row in the database says so, the folder and the token prove it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.anchors import FOLDER, HELD, TSA, newest_held
from core.audit.folder import CannotKeep, note_name, require_held
from core.audit.proof_models import AuditAnchor
from core.audit.timestamps import NoToken, check_token, read_authority
from core.settings import Settings


def unproven(session: Session, settings: Settings) -> dict[str, str]:
    """Kind -> code of what is wrong, for each whose newest proof can be looked at from here and is none. What was
    mailed cannot be looked at, nor a folder or an authority that is not set any more.

    Raises:
        WrongSettings: VAKA_TSA_CA cannot be read.
    """
    found = {FOLDER: _folder(session, settings), TSA: _token(session, settings)}
    return {kind: fault for kind, fault in found.items() if fault}


def _folder(session: Session, settings: Settings) -> str:
    folder = settings.anchor_dir
    held = newest_held(session, FOLDER, str(folder)) if folder else None
    if folder is None or held is None:
        return ""
    try:
        name = note_name(folder, held.size, bytes.fromhex(held.root), held.note, held.key)
        require_held(folder, name, held.note.encode())
    except CannotKeep as trouble:
        return trouble.reason
    return ""


def _token(session: Session, settings: Settings) -> str:
    held = newest_held(session, TSA) if settings.tsa_ca else None
    if settings.tsa_ca is None or held is None:
        return ""
    row = select(AuditAnchor.evidence).where(AuditAnchor.checkpoint_id == held.id, AuditAnchor.kind == TSA)
    token = session.scalar(row.where(AuditAnchor.state == HELD).limit(1))
    try:
        check_token(token or b"", held.note.encode(), read_authority(settings.tsa_ca))
    except NoToken as trouble:
        return trouble.reason
    return ""
