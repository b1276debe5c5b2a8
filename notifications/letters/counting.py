"""How far a mailing has come. Finished means counted: every frozen letter has an outcome (security C6)."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.orm import Session

from notifications.letters.models import Mailing, Recipient
from notifications.letters.recipients import Channel
from notifications.models import IN_TROUBLE, OutboxMessage

ARRIVED = ("accepted", "decided")
NOT_SENT = ("failed", "dead", "bounced", "cancelled")
ON_THEIR_WAY = ("frozen", "queued", "claimed", "in_data", "deferred")
TROUBLED = IN_TROUBLE.replace("state", "outbox_message.state")  # joined with a second column of that name
TOO_MANY_FAIL = 0.05


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts by outcome. `decided`: doubtful ones that a person has settled."""

    total: int
    accepted: int = 0
    decided: int = 0
    failed: int = 0
    withheld: int = 0
    uncertain: int = 0
    waiting: int = 0

    @property
    def settled(self) -> int:
        return self.accepted + self.decided + self.failed + self.withheld

    @property
    def finished(self) -> bool:
        return self.settled == self.total

    @property
    def arrived(self) -> int:
        return self.accepted + self.decided

    @property
    def many_fail(self) -> bool:
        return self.failed > self.total * TOO_MANY_FAIL


def progress(session: Session, mailing: Mailing) -> Progress:
    """Counted from the letters of the last approval."""
    query = (
        select(OutboxMessage.state, func.count().label("number"))
        .join(Recipient, Recipient.outbox_id == OutboxMessage.id)
        .where(OutboxMessage.mailing_id == mailing.id)
        .group_by(OutboxMessage.state)
    )
    counts = {row.state: row.number for row in session.execute(query)}
    return Progress(
        total=mailing.total,
        accepted=counts.get("accepted", 0),
        decided=counts.get("decided", 0),
        failed=sum(counts.get(state, 0) for state in ("failed", "dead", "bounced")),
        withheld=counts.get("cancelled", 0),
        uncertain=counts.get("uncertain", 0),
        waiting=sum(counts.get(state, 0) for state in ON_THEIR_WAY),
    )


def came_back(session: Session, cases: Collection[str]) -> dict[str, int]:
    """Case id -> how many letters came back whose people nobody has told in another way yet."""
    query = (
        select(OutboxMessage.case_id, func.count())
        .join(Recipient, Recipient.outbox_id == OutboxMessage.id)
        .where(text(TROUBLED), OutboxMessage.state == "bounced", OutboxMessage.case_id.in_(cases))
        .where(Recipient.state == "pending")
        .group_by(OutboxMessage.case_id)
    )
    return dict(iter(session.execute(query))) if cases else {}


def not_reached() -> ColumnElement[bool]:
    """Rows of people that no mail has reached and nobody has told yet; to be joined with their message."""
    return (Recipient.state == "pending") & or_(Recipient.channel != Channel.EMAIL, OutboxMessage.state.in_(NOT_SENT))
