"""Coming back: the same answer, in the same time, for a wrong password, an unknown address and a closed account."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import ANONYMOUS
from core.audit import record
from core.crypto import Keyring, commitment
from core.db import Database
from identity import passwords, throttle
from identity.models import User
from identity.sessions import open_session


@dataclass(frozen=True)
class Try:
    """What was typed, and where it comes from."""

    email: str
    password: str
    address: str = ""
    device: str = ""


@dataclass(frozen=True)
class Entrance:
    """A signed-in person: the tokens for the two cookies."""

    user: User
    token: str
    device: str


def sign_in(database: Database, attempt: Try, now: datetime) -> Entrance | None:
    """Count the try, compare outside any transaction (that is slow by design), then open a session.

    Raises:
        Throttled: too many tries at this account or from this address.
    """
    account, address = _account(database.keyring, attempt), f"address:{attempt.address}"
    with database.transaction() as session:
        throttle.take(session, {account: throttle.ACCOUNT, address: throttle.ADDRESS}, now)
    with database.reading() as session:
        kept = session.scalar(select(User.password_hash).where(User.email == attempt.email))
    right = passwords.opens(attempt.password, kept)
    with database.transaction() as session:
        user = session.scalar(select(User).where(User.email == attempt.email))
        if not right or user is None or user.disabled_at or user.password_hash != kept:
            record(session, ANONYMOUS, "identity:sign_in_failed", user.id if user else "nobody", now)
            return None
        throttle.forget(session, account)
        throttle.take_back(session, address, now)
        throttle.purge(session, now)
        record(session, user.actor, "identity:signed_in", user.id, now)
        return Entrance(user, open_session(session, user, now), known_device(database.keyring, user.email))


def enter(session: Session, user: User, now: datetime) -> Entrance:
    """Open a session for somebody who has just chosen a password."""
    record(session, user.actor, "identity:signed_in", user.id, now)
    ring: Keyring = session.info["keyring"]
    return Entrance(user, open_session(session, user, now), known_device(ring, user.email))


def known_device(ring: Keyring, email: str) -> str:
    """A mark for a browser in which this account once signed in. It opens nothing."""
    name = secrets.token_urlsafe(12)
    return f"{name}.{_device_mac(ring, email, name)}"


def _account(ring: Keyring, attempt: Try) -> str:
    """Tries from a known device are counted apart, so that a stranger's tries cannot lock the owner out."""
    name, _, mac = attempt.device.partition(".")
    if mac.isascii() and hmac.compare_digest(mac, _device_mac(ring, attempt.email, name)):
        return f"device:{name}:{attempt.email}"
    return f"account:{attempt.email}"


def _device_mac(ring: Keyring, email: str, name: str) -> str:
    return commitment(ring.derive("device"), email, name)
