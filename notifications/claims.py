"""Who sends what: claims with a lease and a fence. Each verb belongs in a short transaction of its own.

The fence grows with each claim. A worker that slept through its lease finds another fence and may not send the dot.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, insert, select, text, update
from sqlalchemy.orm import Session

from core.db import new_id
from core.restored import restored
from notifications.holding_back import hold_back_given_back
from notifications.models import HELD, UNSENT, DeliveryAttempt, OutboxMessage

BATCH = 50
LAST = 9
ALERTS, LETTERS, EVERYTHING = range(2), range(2, LAST + 1), range(LAST + 1)  # priorities of a lane
LEASE = timedelta(seconds=120)
FAR = timedelta(hours=2)  # no try is put off for longer
IN_TURN = (OutboxMessage.priority, OutboxMessage.due_at, OutboxMessage.id)
WAITING = ("queued", "deferred")
IN_HAND = ("claimed", "in_data")


@dataclass(frozen=True)
class Claim:
    """The right to send one message, as long as the fence is still this one."""

    id: str
    fence: int

    @property
    def mine(self) -> ColumnElement[bool]:
        return (OutboxMessage.id == self.id) & (OutboxMessage.fence == self.fence)


class Taken(NamedTuple):
    """What the sending of a message needs of its row."""

    id: str
    fence: int
    priority: int
    due_at: datetime
    case_id: str
    mailing_id: str | None
    recipient_id: str | None
    message_id: str
    kind: str
    language: str
    to_sealed: str
    facts_sealed: str
    body_hash: str


COLUMNS = [getattr(OutboxMessage, name) for name in Taken._fields]


def due(now: datetime, lane: range = EVERYTHING) -> ColumnElement[bool]:
    """What may be sent now. The first term repeats the partial index, or SQLite would not use it."""
    mine = OutboxMessage.priority.between(lane.start, lane.stop - 1)
    return and_(text(UNSENT), OutboxMessage.state.in_(WAITING), OutboxMessage.due_at <= now, mine)


def lapsed(now: datetime) -> ColumnElement[bool]:
    """What a worker took and has given no sign about since."""
    return and_(text(HELD), OutboxMessage.lease_until < now)


def anything_due(session: Session, now: datetime, lane: range = EVERYTHING) -> bool:
    return session.scalar(select(OutboxMessage.id).where(due(now, lane)).limit(1)) is not None


def anything_lapsed(session: Session, now: datetime) -> bool:
    return session.scalar(select(OutboxMessage.id).where(lapsed(now)).limit(1)) is not None


def claim(
    session: Session,
    owner: str,
    now: datetime,
    lease: timedelta = LEASE,
    limit: int = BATCH,
    lane: range = EVERYTHING,
    *,
    enter: bool = False,
) -> list[Taken]:
    """Take up to `limit` messages, alerts before letters, oldest first. The try is counted here, not after it.

    `enter`: write down at the same time that their dots follow, as `enter_data` does. In an earlier state of the
    service nothing is given out until somebody has said that all is settled.
    """
    if restored(session):
        return []
    chosen = (
        select(OutboxMessage.id).where(due(now, lane)).order_by(*IN_TURN).limit(limit).with_for_update(skip_locked=True)
    )
    taken = (
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(session.scalars(chosen).all()))
        .values(
            state="in_data" if enter else "claimed",
            lease_owner=owner,
            lease_until=now + lease,
            fence=OutboxMessage.fence + 1,
            attempts=OutboxMessage.attempts + 1,
        )
        .returning(*COLUMNS)
    )
    rows = [Taken(*row) for row in session.execute(taken, execution_options={"synchronize_session": False})]
    if enter:
        note_all(session, [Noted(row.id, row.fence, "in_data") for row in rows], now)
    return sorted(rows, key=lambda row: (row.priority, row.due_at, row.id))


def enter_data(session: Session, claims: Sequence[Claim], now: datetime, lease: timedelta = LEASE) -> set[str]:
    """Write down that the dots of these are about to be sent; returns the ids of those whose lease was not lost. No
    other dot may be sent.

    The lease begins anew, or a worker that was slow to get here would be taken for dead just before its dot.
    """
    mine = _still_held(session, claims, ("claimed",))
    entered = update(OutboxMessage).where(OutboxMessage.id.in_(mine)).values(state="in_data", lease_until=now + lease)
    session.execute(entered.execution_options(synchronize_session=False))
    note_all(session, [Noted(held.id, held.fence, "in_data") for held in claims if held.id in mine], now)
    return mine


def release(session: Session, claims: Sequence[Claim]) -> None:
    """Give back what was not even tried, entered or not: an outage of the relay or a stop of the worker costs no
    attempt."""
    mine = _still_held(session, claims, IN_HAND)
    given_back = {"state": "queued", "lease_owner": None, "lease_until": None, "attempts": OutboxMessage.attempts - 1}
    untouched = update(OutboxMessage).where(OutboxMessage.id.in_(mine)).values(given_back)
    session.execute(untouched.execution_options(synchronize_session=False))
    hold_back_given_back(session, mine)


def take_back(session: Session, message_ids: Collection[str]) -> None:
    """Out of a worker's hands before their dots, to lie frozen: the worker finds another fence and lets go of them.

    Ask only for those that no worker is writing about: it would wait for us, and we for it.
    """
    taken = update(OutboxMessage).where(OutboxMessage.id.in_(message_ids), OutboxMessage.state == "claimed")
    frozen = {"state": "frozen", "lease_owner": None, "lease_until": None, "attempts": OutboxMessage.attempts - 1,
              "fence": OutboxMessage.fence + 1}  # fmt: skip
    session.execute(taken.values(frozen).execution_options(synchronize_session=False))


def _still_held(session: Session, claims: Sequence[Claim], states: tuple[str, ...]) -> set[str]:
    """Which of these nobody else has taken meanwhile. They are locked, so it stays so until the commit."""
    if not claims:
        return set()
    fences = {held.id: held.fence for held in claims}
    found = select(OutboxMessage.id, OutboxMessage.fence).where(
        OutboxMessage.id.in_(fences), OutboxMessage.state.in_(states)
    )
    rows = session.execute(found.order_by(OutboxMessage.id).with_for_update())
    return {row.id for row in rows if row.fence == fences[row.id]}


def renew(session: Session, owner: str, now: datetime, lease: timedelta = LEASE) -> None:
    """A slow relay is no reason to lose the lease: it is kept as long as the worker lives.

    Letters that the worker is just writing about are passed over until the next time: waiting for them while it waits
    for others would be a deadlock.
    """
    mine = (text(HELD), OutboxMessage.lease_owner == owner)
    free = select(OutboxMessage.id).where(*mine).with_for_update(skip_locked=True)
    held = OutboxMessage.id.in_(session.scalars(free).all())
    session.execute(update(OutboxMessage).where(held).values(lease_until=now + lease))


def pull_back(session: Session, now: datetime) -> None:
    """After a clock that ran ahead: what it put off or leased until a time that is far away is free now. Letters keep
    the moment that a person chose."""
    far = now + FAR
    waiting = update(OutboxMessage).where(text(UNSENT), OutboxMessage.state.in_(WAITING))
    put_off = waiting.where(OutboxMessage.priority < LAST, OutboxMessage.due_at > far).values(due_at=now)
    held = update(OutboxMessage).where(text(HELD), OutboxMessage.lease_until > far)
    for change in (put_off, held.values(lease_until=now)):
        session.execute(change.execution_options(synchronize_session=False))


def withdraw(session: Session, message: OutboxMessage, reason: str, now: datetime) -> None:
    """Cancel a message in the transaction that claimed it; `reason` is a code."""
    message.state, message.lease_owner, message.lease_until = "cancelled", None, None
    note(session, message.id, message.fence, f"cancelled:{reason}", now)


@dataclass(frozen=True, slots=True)
class Noted:
    """A line in the story of a message."""

    id: str
    fence: int
    event: str
    code: int | None = None


def note_all(session: Session, lines: Sequence[Noted], now: datetime) -> None:
    """The lines of many messages at once."""
    if lines:
        session.connection().execute(
            insert(DeliveryAttempt),
            [{"id": new_id(), "outbox_id": one.id, "at": now, "event": one.event, "fence": one.fence,
              "smtp_code": one.code} for one in lines],
        )  # fmt: skip


def note(session: Session, message_id: str, fence: int, event: str, now: datetime, code: int | None = None) -> None:
    session.add(DeliveryAttempt(outbox_id=message_id, at=now, event=event, fence=fence, smtp_code=code))
