"""What can be guessed is counted in the database, so that a restart forgets nothing and every worker counts alike.

Ten tries in a quarter of an hour for one account or one receipt code, and from the fourth on a growing wait, which the
message names (OWASP ASVS 5.0 V6.3.1). One address may try more often: a whole office can stand behind it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.crypto import commitment
from core.db import new_id
from core.errors import N_, Throttled
from identity.models import Attempt

WINDOW = timedelta(minutes=15)
FIRST_WAIT = timedelta(seconds=5)


@dataclass(frozen=True)
class Limit:
    """How many tries fit in the window, and how many of them without a wait in between."""

    tries: int = 10
    free: int = 3


ACCOUNT = Limit()
ADDRESS = Limit(tries=100, free=100)


def check(session: Session, key: str, now: datetime, limit: Limit = ACCOUNT) -> None:
    """Refuse another try at `key` ("account:anna@...", "address:192.0.2.1", "receipt:...") that comes too soon.

    Raises:
        Throttled: with the time to wait.
    """
    wait = wait_before(_tries(session, key, now), now, limit)
    if wait > timedelta(0):
        raise Throttled(N_("Too many tries. Wait {wait}, then try again."), wait=spoken(wait))


def note(session: Session, key: str, now: datetime) -> None:
    """Count one try at `key`. To be committed even when the answer is an error: never raise after it."""
    hidden = _hidden(session, key)
    session.execute(delete(Attempt).where(Attempt.key_hash == hidden, Attempt.at <= now - WINDOW))
    session.add(Attempt(id=new_id(), key_hash=hidden, at=now))
    session.flush()


def take(session: Session, tries: dict[str, Limit], now: datetime) -> None:
    """Check every key and count a try at each, in one step that two at once cannot slip through together.

    Raises:
        Throttled: one of them has to wait; nothing is counted then.
    """
    for key in tries:
        _one_at_a_time(session, key)
    for key, limit in tries.items():
        check(session, key, now, limit)
    for key in tries:
        note(session, key, now)


def forget(session: Session, key: str) -> None:
    """The right answer came: start counting anew."""
    session.execute(delete(Attempt).where(Attempt.key_hash == _hidden(session, key)))


def take_back(session: Session, key: str, now: datetime) -> None:
    """The try counted at `now` was right: it does not count against the others at the same address."""
    session.execute(delete(Attempt).where(Attempt.key_hash == _hidden(session, key), Attempt.at == now))


def purge(session: Session, now: datetime) -> None:
    """Remove what no longer counts."""
    session.execute(delete(Attempt).where(Attempt.at <= now - WINDOW))


def wait_before(tries: list[datetime], now: datetime, limit: Limit) -> timedelta:
    """How long to wait before the next try; `tries` are those of the window, oldest first."""
    if len(tries) < limit.free or not tries:
        return timedelta(0)
    if len(tries) >= limit.tries:
        return tries[-limit.tries] + WINDOW - now
    grown: timedelta = FIRST_WAIT * 2 ** (len(tries) - limit.free)
    return tries[-1] + grown - now


def spoken(wait: timedelta) -> str:
    """`40 s` or `12 min`, rounded up: the same in both languages."""
    seconds = -(-wait // timedelta(seconds=1))
    return f"{seconds} s" if seconds < 60 else f"{-(-seconds // 60)} min"


def client_address(peer: str, forwarded: str, trusted: str) -> str:
    """Where a request comes from: X-Forwarded-For is believed from the proxies of the settings only, right to left."""
    networks = [ip_network(part.strip(), strict=False) for part in trusted.split(",") if part.strip()]
    address = peer
    for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        if not _inside(address, networks):
            break
        address = hop
    return address


def _inside(address: str, networks: list[IPv4Network | IPv6Network]) -> bool:
    try:
        place = ip_address(address)
    except ValueError:
        return False
    return any(place in network for network in networks)


def counted(session: Session, key: str, now: datetime) -> int:
    """How many tries at `key` the window holds."""
    return len(_tries(session, key, now))


def _tries(session: Session, key: str, now: datetime) -> list[datetime]:
    query = select(Attempt.at).where(Attempt.key_hash == _hidden(session, key), Attempt.at > now - WINDOW)
    return list(session.scalars(query.order_by(Attempt.at)))


def _hidden(session: Session, key: str) -> str:
    return commitment(session.info["keyring"].derive("attempt"), key)


def _one_at_a_time(session: Session, key: str) -> None:
    """SQLite has one writer anyway; PostgreSQL locks the key until the commit."""
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(bytes.fromhex(_hidden(session, key)[:16]), signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))
