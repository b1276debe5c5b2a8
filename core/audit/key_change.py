"""Another key for the signer. The old key signs a log in which an entry names the new one; then the new key signs.

Each step is on disk before the next, so that a change that was cut short is ended, or undone, at the next look:
the next key in its file, the entry, the old key's checkpoint, the memory of the handover, the files changed over.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit.checkpoints import given_out, instance
from core.audit.entries import record
from core.audit.head_anew import vouch_again
from core.audit.kept_roots import forget_roots
from core.audit.models import AuditEntry, AuditHead
from core.audit.note_keys import SigningKey
from core.audit.proof_models import AuditInstance
from core.audit.signer_folder import BadMemory, Folder, Memory
from core.audit.told import told
from core.db import Database, new_id

CHANGED = "log:key_changed"


def name_successor(database: Database, folder: Folder, actor: Actor, old: SigningKey, now: datetime) -> SigningKey:
    """The file that holds the new key, and the entry that names it. The caller holds the folder."""
    new = folder.prepare(old.name)
    with database.transaction() as session:
        record(session, actor, "log:key_changed", "log", now,
               facts={"old_key": old.verifier.text, "new_key": new.verifier.text})  # fmt: skip
    return new


def hand_over(
    database: Database, folder: Folder, key: SigningKey, memory: Memory, successor: SigningKey
) -> tuple[SigningKey, Memory]:
    """The key that signs from here on: the next one as soon as the old one has signed the entry that names it, and its
    note is given out. A next key that no entry names is from a change that never began."""
    with database.reading() as session:
        named = _named(session, successor)
        seen = given_out(session, memory.note, memory.size)
    if named is None:
        folder.drop_next()
    if named is None or named >= memory.size or not seen:
        return key, memory
    folder.remember(Memory(memory.vkey, memory.size, memory.frontier, memory.note, memory.before,
                           after=successor.verifier.text))  # fmt: skip
    folder.take_over()
    return successor, _as_its_own(folder, successor, memory)


def finished(folder: Folder, key: SigningKey, memory: Memory) -> Memory:
    """The memory of the key that is in place; a handover that was cut short after the files changed over is ended."""
    if memory.after and memory.after == key.verifier.text:
        return _as_its_own(folder, key, memory)
    return memory


def begin_line(database: Database, folder: Folder, actor: Actor, because: str, now: datetime) -> None:
    """A person decides that the log goes on although it does not fit what was signed: a new origin and a new key, and
    an entry that says so. What was signed before stays signed, and whoever holds an old checkpoint sees the break. A
    head that somebody has altered is made anew from the entries as they lie; nobody would sign it otherwise.

    The caller holds the folder. The first look after this makes the key.
    """
    with database.transaction() as session:
        anew = vouch_again(session)
        last, found = _last(folder, session), session.scalar(select(AuditHead.size)) or 0
        record(session, actor, "log:line_begun", "log", now, changes={"reason": (None, because)},
               facts={"old_key": last.vkey, "signed": last.size, "found": found, "head_made_anew": anew})  # fmt: skip
        session.execute(update(AuditInstance).values(name=new_id()[:16], vkey=""))
        forget_roots(session)
    folder.end_line(f"{now:%Y%m%dT%H%M%S}")


def _as_its_own(folder: Folder, key: SigningKey, memory: Memory) -> Memory:
    """The new key signs what the old one has signed last."""
    begun = Memory(key.verifier.text, before=memory.vkey)
    signed = begun.signed(key, memory.size, memory.tree)
    folder.remember(signed)
    return signed


def _last(folder: Folder, session: Session) -> Memory:
    """What was signed last, as far as the signer or else the database knows."""
    try:
        memory = folder.memory()
    except BadMemory:
        memory = None
    return memory or Memory(instance(session).vkey)


def _named(session: Session, key: SigningKey) -> int | None:
    """The number of the entry that names this key."""
    last = select(AuditEntry).where(AuditEntry.action == CHANGED).order_by(AuditEntry.seq.desc()).limit(1)
    entry = session.scalars(last).one_or_none()
    if entry is None or told(entry.entry)["facts"].get("new_key") != key.verifier.text:
        return None
    return entry.seq
