"""What becomes of a mail: by the relay's answer, or by its absence. The arrows are those of security.md section 4."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit.entries import record
from core.crypto import CannotOpen
from core.keys import seal
from notifications.claims import IN_HAND, IN_TURN, Claim, lapsed, note
from notifications.handover import Accepted, Deferred, Outcome, Refused
from notifications.holding_back import hold_back
from notifications.models import DeliveryAttempt, OutboxMessage
from notifications.pacing import hopeless, wait

LAPSES = 10  # a mail that has taken this many workers down with it is not simply tried again


@dataclass(frozen=True)
class Result:
    claim: Claim
    outcome: Outcome


def settle(session: Session, results: Iterable[Result], now: datetime) -> None:
    """Write down what the relay answered."""
    for result in results:
        message = session.scalar(select(OutboxMessage).where(result.claim.mine).with_for_update())
        if message is not None:
            _settle(session, message, result.outcome, now)


def _settle(session: Session, message: OutboxMessage, outcome: Outcome, now: datetime) -> None:
    late = message.state not in IN_HAND
    if late and not (message.state == "uncertain" and isinstance(outcome, Accepted)):
        return  # somebody else has found the lease lapsed; only a late yes still tells something
    match outcome:
        case Accepted():
            message.state, message.accepted_at = "accepted", now
        case Refused():
            message.state = "failed"
        case Deferred():
            _put_off(session, message, now)
        case _:
            in_doubt(session, message, now)
    hold_back(session, message)
    message.lease_owner = message.lease_until = None
    message.smtp_code = outcome.code
    message.smtp_reply_sealed = _sealed(session, message, outcome.reply)
    note(session, message.id, message.fence, message.state, now, outcome.code)


def _sealed(session: Session, message: OutboxMessage, reply: str) -> str | None:
    """Relays repeat addresses in their answers. Of a case erased meanwhile nothing is kept."""
    try:
        return seal(session, message.case_id, f"outbox_message.smtp_reply:{message.id}", reply) if reply else None
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
