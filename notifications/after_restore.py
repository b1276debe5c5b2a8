"""What becomes of the outbox of an earlier state: all that may have left since is uncertain until somebody has asked.

Alerts (class `resend`) stay queued: to get one twice is harmless, and they leave when the rest is settled.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from notifications.claims import IN_HAND, Noted, note_all
from notifications.letters.models import Mailing
from notifications.models import OutboxMessage

ON_THE_WAY = ("queued", "deferred", "claimed", "in_data")
BEING_SENT = ("sending", "paused")
AT_ONCE = 2000


def doubt_all(session: Session, now: datetime) -> int:
    """Returns how many messages may have left. Whoever holds one finds another fence and may not send its dot."""
    count = 0
    while found := session.execute(_may_have_left().limit(AT_ONCE)).all():
        _take(session, OutboxMessage.id.in_([one.id for one in found]), "uncertain")
        note_all(session, [Noted(one.id, one.fence + 1, "restored") for one in found], now)
        count += len(found)
    _take(session, OutboxMessage.state.in_(IN_HAND), "queued")
    return count


def _may_have_left() -> Select[str, int]:
    """Also what lies frozen because its mailing was paused: it may have gone on a minute later. What still waits for
    its release becomes uncertain then (incidents/informing/jobs.py)."""
    begun = select(Mailing.id).where(Mailing.state.in_(BEING_SENT))
    frozen = (OutboxMessage.state == "frozen") & OutboxMessage.mailing_id.in_(begun)
    waiting = OutboxMessage.state.in_(ON_THE_WAY) & (OutboxMessage.message_class != "resend")
    return select(OutboxMessage.id, OutboxMessage.fence).where(waiting | frozen).order_by(OutboxMessage.id)


def _take(session: Session, which: ColumnElement[bool], state: str) -> None:
    free = {"state": state, "lease_owner": None, "lease_until": None, "fence": OutboxMessage.fence + 1}
    session.execute(update(OutboxMessage).where(which).values(free).execution_options(synchronize_session=False))


def unsettled(session: Session) -> dict[str, int]:
    """How many messages nobody knows about, by case."""
    doubtful = select(OutboxMessage.case_id, func.count()).where(OutboxMessage.state == "uncertain")
    return {str(case): count for case, count in session.execute(doubtful.group_by(OutboxMessage.case_id))}
