"""The mails a minute that the relay allows (VAKA_MAIL_RATE), counted in one row for all workers together.

Alerts never wait for it: they count, and the letters then wait for longer.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.models import ServiceState
from notifications.pacing import at_once, refilled, until_next
from notifications.service_state import recall, remember

NAME = "mail_rate"


def allowance(session: Session, rate: int, now: datetime) -> int:
    """How many letters may be claimed now. The row stays locked, so two workers never spend the same."""
    session.scalar(select(ServiceState.name).where(ServiceState.name == NAME).with_for_update())
    return max(0, int(_left(session, rate, now)))


def spend(session: Session, rate: int, count: int, now: datetime) -> None:
    """So many leave, or are given back when it is less than none."""
    remember(session, NAME, {"left": _left(session, rate, now) - count, "at": now.isoformat()}, now)


def pause(session: Session, rate: int, now: datetime) -> float:
    """Seconds until one more letter may leave."""
    return until_next(_left(session, rate, now), rate)


def _left(session: Session, rate: int, now: datetime) -> float:
    row = recall(session, NAME)
    if row is None:
        return float(at_once(rate))
    waited = abs((now - datetime.fromisoformat(row.value["at"])).total_seconds())  # a clock may have been put back
    return refilled(row.value["left"], waited, rate)
