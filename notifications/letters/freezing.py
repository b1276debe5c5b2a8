"""Letters that were approved lie frozen in the outbox, one to a person, until the wait is over (security C5)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from notifications.claims import Noted, note_all, take_back
from notifications.letters.letter import letter_to
from notifications.letters.list_rows import AT_ONCE, details, written_to
from notifications.letters.manuscript import Manuscript
from notifications.letters.models import Mailing, Recipient
from notifications.models import OutboxMessage
from notifications.outbox import enqueue

KIND = "letter"
PRIORITY = 9  # behind every alert
BEFORE_ALL = -1


def freeze(session: Session, mailing: Mailing, words: Manuscript, due_at: datetime, now: datetime) -> int:
    """Write the final letter to everybody who gets a mail; returns how many."""
    written, last = 0, BEFORE_ALL
    while rows := _unwritten(session, mailing, last, AT_ONCE):
        written += _write(session, mailing, words, rows, due_at, now)
        last = rows[-1].row
    return written


def freeze_next(
    session: Session, mailing: Mailing, words: Manuscript, last: int, most: int, now: datetime
) -> tuple[int, int]:
    """Write the letters to the next few people after row `last`; returns how many, and the row of the last of them."""
    rows = _unwritten(session, mailing, last, most)
    return _write(session, mailing, words, rows, now, now), rows[-1].row if rows else last


def _unwritten(session: Session, mailing: Mailing, last: int, most: int) -> Sequence[Recipient]:
    mine = written_to(mailing) & Recipient.outbox_id.is_(None) & (Recipient.row > last)
    return session.scalars(select(Recipient).where(mine).order_by(Recipient.row).limit(most)).all()


def _write(
    session: Session, mailing: Mailing, words: Manuscript, rows: Sequence[Recipient], due_at: datetime, now: datetime
) -> int:
    """The key of each message names mailing, person and edition, so approving twice cannot send twice."""
    written = 0
    with session.no_autoflush:
        for row in rows:
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
                written += 1
    session.flush()
    return written


def letters_hash(session: Session, mailing: Mailing) -> str:
    """One hash over all letters that lie frozen, as `hash_of` makes it, one in memory at a time."""
    mine = (OutboxMessage.mailing_id == mailing.id) & (OutboxMessage.state == "frozen")
    query = select(OutboxMessage.body_hash).where(mine).order_by(OutboxMessage.body_hash)
    found = hashlib.sha256()
    for number, one in enumerate(session.scalars(query.execution_options(yield_per=AT_ONCE))):
        found.update(f"\n{one}".encode() if number else one.encode())
    return found.hexdigest()


def hash_of(hashes: list[str]) -> str:
    """One hash for a set of letters, whatever their order: to be computed again from what the relay received."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def thaw(session: Session, mailing: Mailing, now: datetime) -> None:
    """Let the worker have them."""
    _turn(session, mailing, ("frozen",), {"state": "queued", "due_at": now})


def doubt(session: Session, mailing: Mailing) -> None:
    """In an earlier state of the service: when their wait was over there, they may have left."""
    _turn(session, mailing, ("frozen",), {"state": "uncertain"})


def freeze_again(session: Session, mailing: Mailing) -> None:
    """Pause: all wait but those whose last dot a worker may be sending just now."""
    _turn(session, mailing, ("queued", "deferred"), {"state": "frozen"})
    taken = select(OutboxMessage.id).where(OutboxMessage.mailing_id == mailing.id, OutboxMessage.state == "claimed")
    take_back(session, session.scalars(taken.order_by(OutboxMessage.id).with_for_update(skip_locked=True)).all())


def cancel(session: Session, mailing: Mailing, now: datetime) -> None:
    """None of them is ever sent. They stay as rows, cancelled."""
    mine = (OutboxMessage.mailing_id == mailing.id) & (OutboxMessage.state == "frozen")
    next_few = select(OutboxMessage.id, OutboxMessage.fence).where(mine).limit(AT_ONCE)
    while found := session.execute(next_few).all():
        note_all(session, [Noted(one.id, one.fence, "cancelled:stopped") for one in found], now)
        these = update(OutboxMessage).where(OutboxMessage.id.in_([one.id for one in found])).values(state="cancelled")
        session.execute(these.execution_options(synchronize_session=False))
    session.execute(update(Recipient).where(Recipient.mailing_id == mailing.id).values(outbox_id=None))


def _turn(session: Session, mailing: Mailing, states: tuple[str, ...], values: dict[str, object]) -> None:
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.mailing_id == mailing.id, OutboxMessage.state.in_(states))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
