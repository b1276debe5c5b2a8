"""The data key of each incident, and the two verbs that every sealed column goes through."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.crypto import CannotOpen, Keyring, commitment, open_with, seal_with
from core.db import Base
from core.settings import WrongSettings

INSTANCE = ""


class CaseKey(Base):
    """A wrapped data key. Deleting the row erases the case for good; the empty id is the instance's own key."""

    __tablename__ = "case_key"
    case_id: Mapped[str] = mapped_column(primary_key=True)
    wrapped: Mapped[str]
    erased_at: Mapped[datetime | None]


def seal(session: Session, case_id: str, place: str, text: str) -> str:
    """Seal `text` under the case's key for one place ("table.column:row id")."""
    return seal_bytes(session, case_id, place, text.encode())


def seal_bytes(session: Session, case_id: str, place: str, value: bytes) -> str:
    return seal_with(data_key(session, case_id), _key_id(session), f"{place}|{case_id}", value)


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
    known: dict[str, bytes] = session.info.setdefault("data_keys", {})
    if case_id not in known:
        row = session.get(CaseKey, case_id)
        if row is None and make:
            row = CaseKey(case_id=case_id, wrapped=_ring(session).wrap(secrets.token_bytes(32), case_id))
            session.add(row)
            session.flush()
        if row is None or row.erased_at is not None:
            raise CannotOpen(f"The key of case {case_id} is gone.")
        known[case_id] = _ring(session).unwrap(row.wrapped, case_id)
    return known[case_id]


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
        _ring(session).unwrap(wrapped, INSTANCE)
    except CannotOpen:
        raise WrongSettings("VAKA_DATA_KEY_FILE: this key file does not open this database.") from None


def _ring(session: Session) -> Keyring:
    ring: Keyring = session.info["keyring"]
    return ring


def _key_id(session: Session) -> str:
    return _ring(session).key_id
