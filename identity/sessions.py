"""Server-side sessions: a random token in the cookie, its hash in the table, gone at once when revoked."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Actor
from identity.models import User, UserSession

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
LATELY = timedelta(minutes=10)  # as long a password given is not asked for again


@dataclass(frozen=True)
class Known:
    """Who holds a valid session, and how they like their pages. `confirmed`: the password was given a moment ago."""

    actor: Actor
    language: str
    theme: str
    token_hash: str
    seen_at: datetime
    ends_at: datetime
    confirmed: bool


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(session: Session, user: User, now: datetime) -> str:
    """A fresh session (never a reused id); returns the token for the cookie."""
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(token_hash=hashed(token), user_id=user.id, created_at=now, seen_at=now, ends_at=now + ABSOLUTE)
    )
    return token


def look_up(session: Session, token: str, now: datetime) -> Known | None:
    """Who holds this token: None when it is unknown, idle for 30 minutes, older than 12 hours, revoked or disabled."""
    query = select(UserSession, User).join(User, User.id == UserSession.user_id)
    row = session.execute(query.where(UserSession.token_hash == hashed(token))).one_or_none()
    if row is None:
        return None
    found, user = row
    alive = found.revoked_at is None and user.disabled_at is None and now < found.ends_at and now - found.seen_at < IDLE
    if not alive:
        return None
    confirmed = now - (found.confirmed_at or found.created_at) < LATELY
    return Known(user.actor, user.language, user.theme, found.token_hash, found.seen_at, found.ends_at, confirmed)


def touch(session: Session, known: Known, now: datetime) -> None:
    session.execute(update(UserSession).where(UserSession.token_hash == known.token_hash).values(seen_at=now))


def confirm(session: Session, token_hash: str, now: datetime) -> None:
    session.execute(update(UserSession).where(UserSession.token_hash == token_hash).values(confirmed_at=now))


def revoke(session: Session, token_hash: str, now: datetime) -> None:
    session.execute(
        update(UserSession)
        .where(UserSession.token_hash == token_hash, UserSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def revoke_all(session: Session, user_id: str, now: datetime) -> None:
    """End every session of a person: after a new password, a changed role or a disabled account."""
    session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )
