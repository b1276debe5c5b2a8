"""Letters that were approved lie frozen in the outbox, one to a person, until the wait is over (security C5)."""

import hashlib
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from notifications.claims import note, take_back
from notifications.letters.letter import letter_to
from notifications.letters.list_rows import details, mailed
from notifications.letters.manuscript import Manuscript
from notifications.letters.models import Mailing, Recipient
from notifications.models import OutboxMessage
from notifications.outbox import enqueue

KIND = "letter"
PRIORITY = 9  # behind every alert


def freeze(session: Session, mailing: Mailing, words: Manuscript, due_at: datetime, now: datetime) -> tuple[int, str]:
    """Write the final letter to everybody who gets a mail; returns how many, and a hash over all of them.

    The key of each message names mailing, person and edition, so approving twice cannot send twice.
    """
    hashes = []
    with session.no_autoflush:
        for row in mailed(session, mailing):
            known = details(session, mailing, row)
            letter = letter_to(words.versions[row.language], known.name, known.data)
            message = enqueue(
                session, KIND, to=known.email, language=row.language, now=now, due_at=due_at, case=mailing.incident_id,
                once=f"letter:{mailing.id}:{row.id}:{mailing.edition}:{mailing.version}", priority=PRIORITY,
                message_class="reconcile", mailing_id=mailing.id, recipient_id=row.id, facts=letter.facts,
            )  # fmt: skip
            if message is not None:
                message.state, message.body_hash = "frozen", letter.hash
                row.outbox_id = message.id
                hashes.append(letter.hash)
    session.flush()
    return len(hashes), hash_of(hashes)


def hash_of(hashes: list[str]) -> str:
    """One hash for a set of letters, whatever their order: to be computed again from what the relay received."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def thaw(session: Session, mailing: Mailing, now: datetime) -> None:
    """Let the worker have them."""
    _turn(session, mailing, ("frozen",), {"state": "queued", "due_at": now})


def freeze_again(session: Session, mailing: Mailing) -> None:
    """Pause: all wait but those whose last dot a worker may be sending just now."""
    _turn(session, mailing, ("queued", "deferred"), {"state": "frozen"})
    taken = select(OutboxMessage.id).where(OutboxMessage.mailing_id == mailing.id, OutboxMessage.state == "claimed")
    take_back(session, session.scalars(taken.order_by(OutboxMessage.id).with_for_update(skip_locked=True)).all())


def cancel(session: Session, mailing: Mailing, now: datetime) -> None:
    """None of them is ever sent. They stay as rows, cancelled."""
    query = select(OutboxMessage).where(OutboxMessage.mailing_id == mailing.id, OutboxMessage.state == "frozen")
    for message in session.scalars(query):
        message.state = "cancelled"
        note(session, message.id, message.fence, "cancelled:stopped", now)
    session.execute(update(Recipient).where(Recipient.mailing_id == mailing.id).values(outbox_id=None))


def _turn(session: Session, mailing: Mailing, states: tuple[str, ...], values: dict[str, object]) -> None:
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.mailing_id == mailing.id, OutboxMessage.state.in_(states))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
