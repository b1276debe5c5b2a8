"""A mail that came back is noted on the mail it was. Nothing is ever sent again because of it (security C9)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit.entries import record
from notifications.bounce_reading import ComeBack
from notifications.claims import IN_HAND, note
from notifications.models import OutboxMessage
from notifications.return_path import message_id_of

TAKEN_OVER = ("accepted", "decided", "uncertain")  # what comes back was accepted once, whoever doubted it


class Effect(StrEnum):
    """What became of a mail to our return path. `early`: the mail it is about is being written down this moment."""

    BOUNCED = "bounced"
    NOTED = "noted"
    AGAIN = "again"
    EARLY = "early"
    UNKNOWN = "unknown"


def take_back(session: Session, come_back: ComeBack, now: datetime) -> tuple[Effect, OutboxMessage | None]:
    """For good: it is bounced and a person must find another way. For now: noted, the relay goes on trying."""
    message_id = message_id_of(session.info["keyring"], come_back.token)
    named = select(OutboxMessage).where(OutboxMessage.message_id == message_id).with_for_update()
    message = session.scalar(named) if message_id else None
    if message is None:
        return Effect.UNKNOWN, None
    if message.state in IN_HAND:
        return Effect.EARLY, message
    if message.state == "bounced":
        return Effect.AGAIN, message
    bounced = come_back.hard and message.state in TAKEN_OVER
    status = come_back.status or "unknown"
    if bounced:
        message.state = "bounced"
        record(session, SYSTEM, "message:bounced", message.id, now, case=message.case_id,
               facts={"kind": message.kind, "status": status})  # fmt: skip
    note(session, message.id, message.fence, f"{'bounced' if come_back.hard else 'delayed'}:{status}", now)
    return (Effect.BOUNCED if bounced else Effect.NOTED), message
