"""Every checkpoint goes to the append-only folder: each is some two hundred bytes, so none is left out.

The public key lies beside the notes. After a change of the key both do, and whoever holds the folder has both pinned.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from app.anchoring.configured import ways_of
from app.anchoring.vouching import FORGED, Signer, signer_here
from core.audit.anchors import FOLDER, begin, give_up, hold, newest_held, put_off
from core.audit.folder import KEYS, CannotKeep, keep, note_name, require_held
from core.audit.proof_models import AuditCheckpoint
from core.db import Database
from core.logs import log
from core.settings import Settings

AT_ONCE = 200


def add_to_folder(database: Database, settings: Settings, now: datetime) -> int:
    """Write what the folder lacks, oldest first, and stop when it takes no more; returns how many it has taken.

    A folder without any note of ours begins with the newest: that one covers all before it. What our signer does not
    vouch for is passed over, so that a forged row keeps nothing behind it inside.
    """
    folder, signer = ways_of(settings).folder, signer_here(settings)
    if folder is None or signer is None:
        return 0
    with database.reading() as session:
        held = newest_held(session, FOLDER, str(folder))
        newest = select(AuditCheckpoint).order_by(AuditCheckpoint.id.desc()).limit(1)
        later = select(AuditCheckpoint).where(AuditCheckpoint.id > (held.id if held else 0))
        query = later.order_by(AuditCheckpoint.id).limit(AT_ONCE) if held else newest
        missing = list(session.scalars(query))
    taken = 0
    for point in missing:
        fault = _write(folder, signer, held, point)
        _write_down(database, point, str(folder), fault, now)
        if fault == FORGED:
            continue
        if fault:
            break
        held, taken = point, taken + 1
    return taken


def _write(folder: Path, signer: Signer, held: AuditCheckpoint | None, point: AuditCheckpoint) -> str:
    """What went wrong, as a code."""
    stated = signer.vouches(point)
    if stated is None:
        return FORGED
    key = signer.key_of(point)
    try:
        if held:
            name = note_name(folder, held.size, bytes.fromhex(held.root), held.note, held.key)
            require_held(folder, name, held.note.encode())
        keep(folder, f"{KEYS}/{key.hash.hex()}.vkey", f"{key.text}\n".encode())
        keep(folder, note_name(folder, stated.size, stated.root, point.note, point.key), point.note.encode())
    except CannotKeep as trouble:
        return trouble.reason
    return ""


def _write_down(database: Database, point: AuditCheckpoint, place: str, fault: str, now: datetime) -> None:
    with database.transaction() as session:
        row = begin(session, point.id, FOLDER, place, now)
        row.tries, row.tried_at = row.tries + 1, now
        if fault:
            (give_up if fault == FORGED else put_off)(row, fault)
            log.warning("anchor_failed", kind=FOLDER, reason=fault)
        else:
            hold(row, None, now)
