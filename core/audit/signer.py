"""The signer: a function of the worker that signs the log as long as the log goes on from what it signed last.

Like a witness it believes its own memory and not the database, and remembers before it answers. A database that was
restored or written anew does not fit that memory, and is noticed at the first look.
"""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit.checkpoints import given_out, instance, keep, newest
from core.audit.growth import DIFFERENT, UNREADABLE, Refused, prove
from core.audit.key_change import begin_line, finished, hand_over, name_successor
from core.audit.models import AuditHead
from core.audit.note_keys import SigningKey
from core.audit.occasions import ASKED, KEY_CHANGED, LINE_BEGUN, MISSED, occasion
from core.audit.proof_models import AuditCheckpoint, AuditInstance
from core.audit.signer_folder import BadMemory, Folder, Memory
from core.audit.tree import Frontier
from core.db import Database
from core.errors import N_
from core.settings import Settings

ELSEWHERE = N_("The log is signed by another host: a signer's key belongs to one host. This worker does not sign.")
KEY_GONE = N_("The signer's key file is missing. Bring it back, or begin a new line of signatures: vaka log key new.")
STATE_GONE = N_("The signer's memory is missing. Bring it back, or begin a new line of signatures: vaka log key new.")
STRANGERS = N_("The signer's key and its memory do not belong together. Bring back the ones that do.")


class CannotSign(Exception):
    """This worker cannot sign, in one sentence; nothing is said of the log."""


@dataclass
class Signer:
    """`host` is the name under which people reach the service; it becomes part of the origin of a new line."""

    database: Database
    folder: Folder
    host: str
    _looked: bool = field(default=False, init=False)

    @classmethod
    def of(cls, database: Database, settings: Settings) -> "Signer":
        return cls(database, Folder(settings.signer), urlsplit(settings.base_url).hostname or "localhost")

    def look(self, now: datetime, why: str = "") -> AuditCheckpoint | None:
        """Sign when it is time, or when somebody asks (`why`); returns the checkpoint. None when it is not, or when
        another process of this host is at it.

        Raises:
            Refused: the log does not go on from what was signed last.
            CannotSign: the key is another host's, or gone.
        """
        with self.folder.held(wait=bool(why)) as held:
            if not held:
                return None
            key, memory = self.holder()
            if successor := self.folder.next_key():
                key, memory = hand_over(self.database, self.folder, key, memory, successor)
            with self.database.reading() as session:
                found = self._to_sign(session, key, memory, now, why)
            self._looked = True
            return self._give_out(key, memory, *found, now) if found else None

    def change_key(self, actor: Actor, now: datetime) -> str:
        """Let a new key take over; returns its public half.

        Raises:
            Refused, CannotSign: as `look`; nothing has changed.
        """
        with self.folder.held(wait=True):
            key, memory = self.holder()
            with self.database.reading() as session:
                prove(session, memory)
            name_successor(self.database, self.folder, actor, key, now)
        for _old_key_then_new in range(2):
            self.look(now, KEY_CHANGED)
        with self.database.reading() as session:
            return instance(session).vkey

    def begin_line(self, actor: Actor, because: str, now: datetime) -> AuditCheckpoint | None:
        """Go on with a log that does not fit what was signed, under a new origin and key: a person has decided so."""
        with self.folder.held(wait=True):
            begin_line(self.database, self.folder, actor, because, now)
        return self.look(now, LINE_BEGUN)

    def holder(self) -> tuple[SigningKey, Memory]:
        """Key and memory, made at the very first look. The caller holds the folder.

        Raises:
            Refused: the files are damaged.
            CannotSign: as `look`.
        """
        try:
            key, memory = self.folder.key(), self.folder.memory()
        except BadMemory:
            raise Refused(UNREADABLE, 0, self._size()) from None
        if key is None or (memory and memory.size == 0):
            return self._first(key, memory)
        if memory is None:
            raise CannotSign(STATE_GONE)
        memory = finished(self.folder, key, memory)
        if memory.vkey != key.verifier.text:
            raise CannotSign(STRANGERS)
        return key, memory

    def _first(self, key: SigningKey | None, memory: Memory | None) -> tuple[SigningKey, Memory]:
        """This host has signed nothing. It does from now on, unless another does."""
        if memory and memory.size:
            raise CannotSign(KEY_GONE)
        with self.database.reading() as session:
            log = instance(session)
        if not log.name:
            raise Refused(UNREADABLE, 0, self._size())
        if log.vkey and not (key and memory and log.vkey == memory.vkey == key.verifier.text):
            raise CannotSign(ELSEWHERE)
        origin = f"{self.host}/audit/{log.name}"
        if key is None or memory is None or key.name != origin or memory.vkey != key.verifier.text:
            key = self.folder.begin(origin)
        return key, Memory(key.verifier.text)

    def _to_sign(
        self, session: Session, key: SigningKey, memory: Memory, now: datetime, why: str
    ) -> tuple[int, Frontier, str] | None:
        """What is to be signed, and why. Whatever the occasion, a log that has not grown is held against the memory,
        and so is any log at the first look; a signature that did not reach the database is brought to it."""
        size, last = session.scalar(select(AuditHead.size)) or 0, given_out(session, memory.note, memory.size)
        if memory.size and last is None:
            before = newest(session)
            why = why or (KEY_CHANGED if before and memory.before and before.size == memory.size else MISSED)
        why = why or occasion(session, size, last, now)
        if not why and size > memory.size and self._looked:
            return None
        log = instance(session)
        if log.vkey not in {"", memory.vkey, memory.before} or not key.name.endswith(f"/audit/{log.name}"):
            raise Refused(DIFFERENT, memory.size, size)
        found, tree = prove(session, memory)
        return (found, tree, why) if why and found else None

    def _give_out(
        self, key: SigningKey, memory: Memory, size: int, tree: Frontier, why: str, now: datetime
    ) -> AuditCheckpoint:
        """Claim the log for this key, remember, and only then let the signature be seen. What was signed of one size
        is never signed again: it is the same note."""
        self._claim(memory)
        signed = memory
        if size != memory.size:
            self.folder.remember(signed := memory.signed(key, size, tree))
        with self.database.transaction() as session:
            known = memory.size == 0 or given_out(session, memory.note, memory.size)
            last = newest(session)
            if why == ASKED and last and last.note == signed.note:
                return last
            if signed is not memory and not known:
                keep(session, memory, MISSED, now)
            return keep(session, signed, why, now)

    def _claim(self, memory: Memory) -> None:
        with self.database.reading() as session:
            if instance(session).vkey == memory.vkey:
                return
        free = AuditInstance.vkey.in_(["", memory.before])
        with self.database.transaction() as session:
            session.execute(update(AuditInstance).where(free).values(vkey=memory.vkey))
            if instance(session).vkey != memory.vkey:
                raise CannotSign(ELSEWHERE)

    def _size(self) -> int:
        with self.database.reading() as session:
            return session.scalar(select(AuditHead.size)) or 0
