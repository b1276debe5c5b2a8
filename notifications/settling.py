"""What becomes of a mail: by the relay's answer, or by its absence. The arrows are those of security.md section 4."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit.entries import record
from core.crypto import CannotOpen
from core.keys import seal
from notifications.claims import IN_HAND, IN_TURN, Claim, Noted, lapsed, note, note_all
from notifications.handover import Accepted, Deferred, Outcome, Refused
from notifications.holding_back import hold_back
from notifications.models import DeliveryAttempt, OutboxMessage
from notifications.pacing import hopeless, wait

TAKEN = (
    update(OutboxMessage)
    .where(OutboxMessage.id == bindparam("held"))
    .values(state="accepted", accepted_at=bindparam("at"), lease_owner=None, lease_until=None,
            smtp_code=bindparam("code"), smtp_reply_sealed=bindparam("reply"))
)  # fmt: skip
LAPSES = 10  # a mail that has taken this many workers down with it is not simply tried again


@dataclass(frozen=True)
class Result:
    claim: Claim
    outcome: Outcome


def settle(session: Session, results: Iterable[Result], now: datetime) -> None:
    """Write down what the relay answered: every yes at once, each other answer by itself.

    Whose lease has lapsed meanwhile is somebody else's; only a late yes still tells something.
    """
    answered = list(results)
    _take(session, [one for one in answered if isinstance(one.outcome, Accepted)], now)
    for one in answered:
        if not isinstance(one.outcome, Accepted):
            held = select(OutboxMessage).where(one.claim.mine, OutboxMessage.state.in_(IN_HAND))
            message = session.scalar(held.with_for_update())
            if message is not None:
                _settle(session, message, one.outcome, now)


def _take(session: Session, results: Sequence[Result], now: datetime) -> None:
    by_id = {one.claim.id: one for one in results}
    found = select(OutboxMessage.id, OutboxMessage.fence, OutboxMessage.case_id).where(
        OutboxMessage.id.in_(by_id), OutboxMessage.state.in_((*IN_HAND, "uncertain"))
    )
    rows = session.execute(found.order_by(OutboxMessage.id).with_for_update()).all() if by_id else []
    taken = [row for row in rows if row.fence == by_id[row.id].claim.fence]
    if taken:
        session.connection().execute(TAKEN, [_taken(session, row, by_id[row.id].outcome, now) for row in taken])
        note_all(session, [Noted(row.id, row.fence, "accepted", by_id[row.id].outcome.code) for row in taken], now)


def _taken(session: Session, row: Row[str, int, str], outcome: Outcome, now: datetime) -> dict[str, object]:
    reply = _sealed(session, row.id, row.case_id, outcome.reply)
    return {"held": row.id, "at": now, "code": outcome.code, "reply": reply}


def _settle(session: Session, message: OutboxMessage, outcome: Outcome, now: datetime) -> None:
    match outcome:
        case Refused():
            message.state = "failed"
        case Deferred():
            _put_off(session, message, now)
        case _:
            in_doubt(session, message, now)
    hold_back(session, message)
    message.lease_owner = message.lease_until = None
    message.smtp_code = outcome.code
    message.smtp_reply_sealed = _sealed(session, message.id, message.case_id, outcome.reply)
    note(session, message.id, message.fence, message.state, now, outcome.code)


def _sealed(session: Session, message_id: str, case_id: str, reply: str) -> str | None:
    """Relays repeat addresses in their answers. Of a case erased meanwhile nothing is kept."""
    try:
        return seal(session, case_id, f"outbox_message.smtp_reply:{message_id}", reply) if reply else None
    except CannotOpen:
        return None


def _put_off(session: Session, message: OutboxMessage, now: datetime) -> None:
    tried = select(func.min(DeliveryAttempt.at)).where(DeliveryAttempt.outbox_id == message.id)
    if hopeless(now - (session.scalar(tried) or now), message.message_class):
        _give_up(session, message, now)
    else:
        message.state, message.due_at = "deferred", now + wait(message.attempts, message.id)


def _give_up(session: Session, message: OutboxMessage, now: datetime) -> None:
    message.state = "dead"
    record(session, SYSTEM, "message:given_up", message.id, now, case=message.case_id, facts={"kind": message.kind})


def in_doubt(session: Session, message: OutboxMessage, now: datetime) -> None:
    """The dot went out and no answer came: an alert goes again after a while, of a letter the relay must be asked."""
    if message.message_class == "resend":
        message.state, message.due_at = "queued", now + wait(message.attempts, message.id)
        return
    message.state = "uncertain"
    record(session, SYSTEM, "message:uncertain", message.id, now, case=message.case_id, facts={"kind": message.kind})


def recover(session: Session, now: datetime) -> int:
    """Take back what a worker left lying: before the dot it is certain that nothing was sent.

    Of a batch only the mail that was at hand can have taken the worker down; the others just lay beside it.
    """
    found = select(OutboxMessage).where(lapsed(now)).order_by(*IN_TURN).with_for_update(skip_locked=True)
    messages = session.scalars(found).all()
    at_hand = {message.lease_owner: message.id for message in reversed(messages) if message.state == "claimed"}
    for message in messages:
        suspect = message.id in at_hand.values()
        message.lease_owner = message.lease_until = None
        if message.state == "in_data":
            in_doubt(session, message, now)
        elif not suspect or not _deadly(session, message):
            message.state = "queued"
        elif message.message_class == "resend":
            message.state, message.due_at = "deferred", now + wait(message.attempts, message.id)
        else:
            _give_up(session, message, now)
        hold_back(session, message)
        note(session, message.id, message.fence, "lapsed" if suspect else "left", now)
    return len(messages)


def _deadly(session: Session, message: OutboxMessage) -> bool:
    """Whether this mail was at hand in too many workers that died."""
    lapses = select(func.count()).where(DeliveryAttempt.outbox_id == message.id, DeliveryAttempt.event == "lapsed")
    return (session.scalar(lapses) or 0) + 1 >= LAPSES
