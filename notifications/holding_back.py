"""A letter that comes back from a worker while its mailing is paused or stopped lies frozen, as the others do."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from notifications.letters.models import PAUSED, STOPPED, Mailing
from notifications.models import OutboxMessage

WAITING = ("queued", "deferred")


def hold_back(session: Session, message: OutboxMessage) -> None:
    """Freeze what has just begun to wait again, when nothing of its mailing may leave."""
    if message.mailing_id is None or message.state not in WAITING:
        return
    state = select(Mailing.state).where(Mailing.id == message.mailing_id).with_for_update(read=True)
    if session.scalar(state) in {PAUSED, STOPPED}:
        message.state = "frozen"


def hold_back_given_back(session: Session, message_ids: Collection[str]) -> None:
    """The same for messages known by their ids only."""
    held = select(Mailing.id).where(Mailing.id == OutboxMessage.mailing_id, Mailing.state.in_((PAUSED, STOPPED)))
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(message_ids), OutboxMessage.state.in_(WAITING), held.exists())
        .values(state="frozen")
        .execution_options(synchronize_session=False)
    )
