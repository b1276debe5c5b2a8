"""The token of a machine: 192 random bits, shown once, kept as a keyed hash only."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.crypto import commitment
from risk.heartbeats.models import Heartbeat

LONGEST = 64


def new_token(session: Session, heartbeat: Heartbeat) -> str:
    """Give the heartbeat a token; the one before works no more from this moment on."""
    token = secrets.token_urlsafe(24)
    heartbeat.token_hash = hashed(session, token)
    return token


def of_token(session: Session, token: str) -> Heartbeat | None:
    """Whose token this is. One look in an index, whether it is right or wrong."""
    if not 0 < len(token) <= LONGEST:
        return None
    return session.scalar(select(Heartbeat).where(Heartbeat.token_hash == hashed(session, token)))


def locked(session: Session, token: str) -> Heartbeat | None:
    """The same for a change: two signs of life at once, or one and the worker, go one after the other."""
    wanted = select(Heartbeat).where(Heartbeat.token_hash == hashed(session, token))
    return session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def hashed(session: Session, token: str) -> str:
    key: bytes = session.info["keyring"].derive("heartbeat")
    return commitment(key, token)
