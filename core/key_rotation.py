"""A new key encryption key while people work: known first, then in use, then every data key under it, then alone.

Each step can be killed and is taken up again where it was. Values are sealed under their case's own key and stay as
they are; only those keys are wrapped anew. The old key is taken out of the file last, when the database has said that
nothing is wrapped under it and that nothing can be (its row in `wrapping_key` is gone).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import sleep

from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit.entries import record
from core.crypto import CannotOpen, Keyring
from core.db import Database
from core.key_file import KeyFile, new_key, read_key_file, replace_key_file
from core.keys import CaseKey, WrappingKey, require_right_key
from core.moment import Clock

BATCH = 1000
BREATH = 0.005  # seconds between batches, in which others get to write
WRITE = {
    "sqlite": "UPDATE case_key SET wrapped = json_extract(value, '$.wrapped'), under = json_extract(value, '$.under') "
    "FROM json_each(:rows) WHERE case_id = json_extract(value, '$.of')",
    "postgresql": "UPDATE case_key SET wrapped = anew.wrapped, under = anew.under "
    "FROM json_to_recordset(:rows) AS anew(of text, wrapped text, under text) WHERE case_id = anew.of",
}


@dataclass(frozen=True)
class Progress:
    """How many data keys are still wrapped under the old key. `current` is the id of the new one."""

    left: int
    current: str


def prepare(database: Database, path: Path) -> KeyFile:
    """Make the next key known in the file, and use it for nothing yet; a change that has begun is gone on with.

    Raises:
        WrongSettings: the key file does not open this database.
    """
    with database.transaction() as session:
        require_right_key(session)
    keys = read_key_file(path)
    if keys.next or keys.old:
        return keys
    prepared = KeyFile(keys.current, keys.root or keys.current[1], next=new_key())
    replace_key_file(path, prepared)
    return prepared


def rotate(database: Database, path: Path, clock: Clock, batch: int = BATCH) -> Iterator[Progress]:
    """Change the key; tells after each batch how far it is. Wants `alone_with(path)` around it.

    Raises:
        WrongSettings: the key file does not open this database.
        CannotOpen: a data key opens under none of the keys in the file; nothing of it was changed.
    """
    keys = prepare(database, path)
    if keys.next:
        _take_into_use(database, keys, clock())
        keys = KeyFile(keys.next, keys.root, old=keys.current)
        replace_key_file(path, keys)
    if keys.old:
        yield from _wrap_anew(database, keys.ring, keys.old[0], batch)
        while not _close(database, keys.old[0], keys.current[0], clock()):
            yield from _wrap_anew(database, keys.ring, keys.old[0], batch)
        replace_key_file(path, KeyFile(keys.current, keys.root))
    yield Progress(0, keys.current[0])


def wrapped_under(session: Session) -> dict[str, int]:
    """How many data keys are wrapped under each key."""
    counts = select(CaseKey.under, func.count()).where(CaseKey.under.is_not(None)).group_by(CaseKey.under)
    return {str(key_id): count for key_id, count in session.execute(counts)}


def _take_into_use(database: Database, keys: KeyFile, now: datetime) -> None:
    assert keys.next  # noqa: S101 - the caller has looked
    new, old = keys.next[0], keys.current[0]
    with database.transaction() as session:
        if session.get(WrappingKey, new) is None:
            session.add(WrappingKey(key_id=new))
            record(session, SYSTEM, "key:change_begun", new, now, facts={"from": old})


def _wrap_anew(database: Database, ring: Keyring, old: str, batch: int) -> Iterator[Progress]:
    with database.reading() as session:
        left = wrapped_under(session).get(old, 0)
    while True:
        with database.transaction() as session:
            done = _batch(session, ring, old, batch)
        if not done:
            return
        yield Progress(left := max(left - done, 0), ring.key_id)
        sleep(BREATH)


def _batch(session: Session, ring: Keyring, old: str, batch: int) -> int:
    """Some of them. What was wrapped by a version that did not say so yet is found by what it says itself."""
    silent = CaseKey.under.is_(None) & CaseKey.wrapped.startswith(f"v1.{old}.", autoescape=True)
    chosen = select(CaseKey.case_id, CaseKey.wrapped, CaseKey.erased_at).where((CaseKey.under == old) | silent)
    rows = session.execute(chosen.order_by(CaseKey.case_id).limit(batch).with_for_update()).all()
    anew = [_anew(ring, row.case_id, row.wrapped, erased=row.erased_at is not None) for row in rows]
    if anew:
        session.execute(text(WRITE[session.get_bind().dialect.name]), {"rows": json.dumps(anew)})
    return len(rows)


def _anew(ring: Keyring, case_id: str, wrapped: str, *, erased: bool) -> dict[str, str | None]:
    """Of an erased case nothing is wrapped again: what was left of its key goes now."""
    if erased:
        return {"of": case_id, "wrapped": "", "under": None}
    try:
        return {"of": case_id, "wrapped": ring.wrap(ring.unwrap(wrapped, case_id), case_id), "under": ring.key_id}
    except CannotOpen:
        whose = f"case {case_id}" if case_id else "the installation"
        raise CannotOpen(f"The key of {whose} opens under no key of the file.") from None


def _close(database: Database, old: str, new: str, now: datetime) -> bool:
    """Let nobody wrap under the old key any more. False: somebody just has, who began before the new one came."""
    try:
        with database.transaction() as session:
            gone = session.execute(delete(WrappingKey).where(WrappingKey.key_id == old).returning(WrappingKey.key_id))
            if gone.all():
                record(session, SYSTEM, "key:changed", new, now, facts={"from": old})
    except IntegrityError:
        return False
    return True
