"""Who brings which alarm where: claims with a lease, whose end is also the fence. Each verb is for a short transaction.

A row stays until every channel has it: a worker that is killed leaves its lease, and after that the row to another.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, text, update
from sqlalchemy.orm import Session

from notifications.models import ChannelMessage

BATCH = 50
LEASE = timedelta(seconds=120)
QUEUED = "state = 'queued'"  # the words of the partial index


@dataclass(frozen=True)
class Claim:
    """The right to bring one alarm to the channels that do not have it yet."""

    id: str
    event: str
    at: datetime
    facts: dict[str, object]
    taken: tuple[str, ...]
    lease_until: datetime


def free(now: datetime) -> ColumnElement[bool]:
    """What may be taken now. A time far in the future was written before the clock was set back, and counts as now."""
    lease, due_at = ChannelMessage.lease_until, ChannelMessage.due_at
    lapsed = or_(lease.is_(None), lease < now, lease > now + 2 * LEASE)
    return and_(text(QUEUED), or_(due_at <= now, due_at > now + 2 * LEASE), lapsed)


def anything_due(session: Session, now: datetime) -> bool:
    return session.scalar(select(ChannelMessage.id).where(free(now)).limit(1)) is not None


def claim(session: Session, now: datetime, lease: timedelta = LEASE) -> list[Claim]:
    """Take up to a batch, oldest first."""
    chosen = select(ChannelMessage).where(free(now)).order_by(ChannelMessage.due_at, ChannelMessage.id).limit(BATCH)
    rows = session.scalars(
        chosen.with_for_update(skip_locked=True), execution_options={"populate_existing": True}
    ).all()
    for row in rows:
        row.lease_until = now + lease
        row.attempts += 1
    return [Claim(row.id, row.event, row.created_at, dict(row.facts), tuple(row.taken), now + lease) for row in rows]


def settle(
    session: Session, held: Claim, taken: list[str], wanted: list[str], trouble: str, again_at: datetime, now: datetime
) -> None:
    """Write down who has it: done when every channel of `wanted` does, else due again at `again_at`.

    With the fence lost another worker is at it; what this one brought is then brought twice, which harms nobody.
    """
    done = set(wanted) <= set(taken)
    values: dict[str, object] = {"taken": taken, "trouble": trouble, "lease_until": None, "due_at": again_at}
    if taken:
        values["delivered_at"] = func.coalesce(ChannelMessage.delivered_at, now)
    if done:
        values["state"] = "delivered"
    mine = and_(text(QUEUED), ChannelMessage.id == held.id, ChannelMessage.lease_until == held.lease_until)
    session.execute(update(ChannelMessage).where(mine).values(values))


def give_back(session: Session, held: list[Claim]) -> None:
    """What was not even tried costs no try."""
    for one in held:
        mine = and_(text(QUEUED), ChannelMessage.id == one.id, ChannelMessage.lease_until == one.lease_until)
        session.execute(
            update(ChannelMessage).where(mine).values(lease_until=None, attempts=ChannelMessage.attempts - 1)
        )
