"""The data key of each incident, and the two verbs that every sealed column goes through."""

import secrets
from datetime import datetime
from typing import cast

from sqlalchemy import ForeignKey, Table, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.crypto import CannotOpen, Keyring, commitment, open_with, seal_with
from core.db import Base
from core.key_file import LivingRing
from core.settings import WrongSettings

INSTANCE = ""
OWN = "own"  # what a sealed value says of its key: the case's own, whatever that is wrapped under


class WrappingKey(Base):
    """A key of the key file that data keys may be wrapped under, by its id. Once its row is gone, nobody can: not even
    a process that has slept since before."""

    __tablename__ = "wrapping_key"
    key_id: Mapped[str] = mapped_column(primary_key=True)


class CaseKey(Base):
    """A wrapped data key. Overwriting it erases the case for good; the empty id is the instance's own key.

    `under` is the id of the key that it is wrapped under; none when it was erased.
    """

    __tablename__ = "case_key"
    case_id: Mapped[str] = mapped_column(primary_key=True)
    wrapped: Mapped[str]
    under: Mapped[str | None] = mapped_column(ForeignKey("wrapping_key.key_id"), index=True)
    erased_at: Mapped[datetime | None]


KEYS = cast(Table, CaseKey.__table__)
KEY_OF = select(KEYS.c.wrapped, KEYS.c.erased_at).where(KEYS.c.case_id == bindparam("case_id"))


def seal(session: Session, case_id: str, place: str, text: str) -> str:
    """Seal `text` under the case's key for one place ("table.column:row id")."""
    return seal_bytes(session, case_id, place, text.encode())


def seal_bytes(session: Session, case_id: str, place: str, value: bytes) -> str:
    return seal_with(data_key(session, case_id), OWN, f"{place}|{case_id}", value)


def unseal(session: Session, case_id: str, place: str, sealed: str | None) -> str:
    """Open a sealed text; nothing sealed reads as the empty text.

    Raises:
        CannotOpen: the case was erased, the value was moved, or the key file is wrong.
    """
    return unseal_bytes(session, case_id, place, sealed).decode() if sealed else ""


def unseal_bytes(session: Session, case_id: str, place: str, sealed: str) -> bytes:
    return open_with(data_key(session, case_id, make=False), f"{place}|{case_id}", sealed)


def commit_value(session: Session, case_id: str, field: str, value: str) -> str:
    """The keyed commitment to a value that the audit log keeps instead of the value."""
    return commitment(data_key(session, case_id), "commitment", field, value)


def data_key(session: Session, case_id: str, *, make: bool = True) -> bytes:
    """The case's data key; made on first use when `make` is true."""
    known = known_keys(session)
    if case_id not in known:
        if session.autoflush:
            session.flush()
        found = session.connection().execute(KEY_OF, {"case_id": case_id}).one_or_none()
        row = found or (_make(session, case_id) if make else None)
        if row is None or row.erased_at is not None:
            raise CannotOpen(f"The key of case {case_id} is gone.")
        known[case_id] = opened_key(session, case_id, row.wrapped)
    return known[case_id]


def known_keys(session: Session) -> dict[str, bytes]:
    """The keys that this transaction has opened, by case."""
    known: dict[str, bytes] = session.info.setdefault("data_keys", {})
    return known


def _make(session: Session, case_id: str) -> CaseKey:
    ring = _fresh(session)
    if case_id == INSTANCE and session.scalar(select(WrappingKey.key_id).limit(1)) is None:
        session.add(WrappingKey(key_id=ring.key_id))
        session.flush()
    row = CaseKey(case_id=case_id, wrapped=ring.wrap(secrets.token_bytes(32), case_id), under=ring.key_id)
    session.add(row)
    session.flush()
    return row


def opened_key(session: Session, case_id: str, wrapped: str) -> bytes:
    """With the keys this transaction began with; with those of the file when another has taken over meanwhile."""
    try:
        return _ring(session).unwrap(wrapped, case_id)
    except CannotOpen:
        return _fresh(session).unwrap(wrapped, case_id)


def destroy_key(session: Session, case_id: str, now: datetime) -> None:
    """Overwrite the key of a case, for good: nothing sealed under it can be opened or checked any more, in this
    database and in what is copied from it later. The row stays, so that no other key is ever made for the case."""
    row = session.get(CaseKey, case_id) or CaseKey(case_id=case_id)
    row.wrapped, row.under, row.erased_at = "", None, now
    session.add(row)
    known_keys(session).pop(case_id, None)
    session.flush()


def require_right_key(session: Session) -> None:
    """Stop a start with the wrong key file before anything is written under it.

    Raises:
        WrongSettings: the key file does not open this database.
    """
    wrapped = session.scalar(select(CaseKey.wrapped).where(CaseKey.case_id == INSTANCE))
    if wrapped is None:
        data_key(session, INSTANCE)
        return
    try:
        _fresh(session).unwrap(wrapped, INSTANCE)
    except CannotOpen:
        raise WrongSettings("VAKA_DATA_KEY_FILE: this key file does not open this database.") from None


def _ring(session: Session) -> Keyring:
    ring: Keyring = session.info["keyring"]
    return ring


def _fresh(session: Session) -> Keyring:
    """The keys as the file stands now, beside those this transaction has known."""
    keys: LivingRing | None = session.info.get("keys")
    if keys and (newest := keys.now()) is not _ring(session):
        session.info["keyring"] = _ring(session).joined(newest)
    return _ring(session)
