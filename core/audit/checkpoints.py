"""The checkpoints that were given out, and what the signer found at odds with them."""

from datetime import datetime

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit.entries import record
from core.audit.growth import Refused
from core.audit.models import AuditEntry
from core.audit.note_keys import BadNote, VerifierKey, parse_vkey
from core.audit.proof_models import AuditCheckpoint, AuditInstance, SignerRefusal
from core.audit.signer_folder import Memory
from core.audit.told import told


def newest(session: Session) -> AuditCheckpoint | None:
    return session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.id.desc()).limit(1)).one_or_none()


def instance(session: Session) -> AuditInstance:
    """The name of this log, and the public key to pin; without a name when somebody has taken the row away."""
    return session.get(AuditInstance, 1, populate_existing=True) or AuditInstance(id=1, name="", vkey="")


def known_keys(session: Session) -> list[VerifierKey]:
    """The key that signs, and those that signed before it: the entries that name a change name both. What somebody has
    put there that is no key is none."""
    changes = select(AuditEntry.entry).where(AuditEntry.action.in_(["log:key_changed", "log:line_begun"]))
    facts = [told(entry)["facts"] for entry in session.scalars(changes.order_by(AuditEntry.seq))]
    texts = [str(text) for one in facts for text in (one.get("old_key"), one.get("new_key")) if text]
    found = map(_key, dict.fromkeys([*texts, instance(session).vkey]))
    return [key for key in found if key]


def _key(text: str) -> VerifierKey | None:
    try:
        return parse_vkey(text)
    except BadNote:
        return None


def given_out(session: Session, note: str, size: int) -> AuditCheckpoint | None:
    """The last time that this very note of this size was given out. What else lies there may be forged."""
    same = (AuditCheckpoint.size == size, AuditCheckpoint.note == note)
    return session.scalars(select(AuditCheckpoint).where(*same).order_by(AuditCheckpoint.id.desc()).limit(1)).first()


def keep(session: Session, memory: Memory, why: str, now: datetime) -> AuditCheckpoint:
    """Give out what the signer has signed. A refusal that stood is over: the log fits again."""
    key = memory.key
    root = memory.root.hex()
    row = AuditCheckpoint(size=memory.size, root=root, at=now, key=key.hash.hex(), why=why, note=memory.note)
    session.add(row)
    session.flush()
    if _lift(session, now):
        record(session, SYSTEM, "log:signed_again", "log", now, facts={"signed": memory.size})
    return row


def standing_refusal(session: Session) -> SignerRefusal | None:
    """What the signer has found at odds with its memory, as long as it is so."""
    query = select(SignerRefusal).where(SignerRefusal.lifted_at.is_(None)).order_by(SignerRefusal.id.desc())
    return session.scalars(query.limit(1)).one_or_none()


def note_refusal(session: Session, refused: Refused, now: datetime) -> SignerRefusal | None:
    """Write down a refusal once; none when it is known already, however much the log has grown since."""
    known = standing_refusal(session)
    if known and (known.kind, known.signed_size) == (refused.kind, refused.signed_size):
        return None
    row = SignerRefusal(at=now, kind=refused.kind, signed_size=refused.signed_size, found_size=refused.found_size)
    session.add(row)
    record(session, SYSTEM, "log:signature_refused", "log", now,
           facts={"finding": refused.kind, "signed": refused.signed_size, "found": refused.found_size})  # fmt: skip
    session.flush()
    return row


def _lift(session: Session, now: datetime) -> int:
    standing = update(SignerRefusal).where(SignerRefusal.lifted_at.is_(None)).values(lifted_at=now)
    done = session.execute(standing)
    return done.rowcount if isinstance(done, CursorResult) else 0
