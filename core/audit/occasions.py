"""When the log is signed: a minute after it has grown, at once after what others rely on, and daily all the same.

Nothing has to be set for it: the entries since the last checkpoint say what has happened.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.audit.proof_models import AuditCheckpoint

FIRST, GROWN, DAILY, ASKED, MISSED = "first", "grown", "daily", "asked", "missed"
FILED, APPROVED, MAILED, CLOSED, EXCLUDED = "filed", "letters_approved", "mailing_ended", "closed", "excluded"
NOTICE_APPROVED = "notice_approved"
KEY_CHANGED, LINE_BEGUN = "key_changed", "line_begun"
MINUTE, DAY = timedelta(seconds=60), timedelta(hours=24)
AT_ONCE: dict[str, str] = {
    "notice:filed": FILED,
    "notice:approved": NOTICE_APPROVED,
    "mailing:approved": APPROVED,
    "mailing:public_approved": APPROVED,
    "mailing:sent": MAILED,
    "mailing:done": MAILED,
    "incident:closed": CLOSED,
    "incident:excluded": EXCLUDED,
    "incident:exclusion_confirmed": EXCLUDED,
    "incident:included": EXCLUDED,
    "log:key_changed": KEY_CHANGED,
    "log:line_begun": LINE_BEGUN,
}


def occasion(session: Session, size: int, last: AuditCheckpoint | None, now: datetime) -> str:
    """Why a log of this size is signed now; empty when it is not. A clock that was set back keeps nobody waiting."""
    if last is None:
        return FIRST if size else ""
    if size > last.size and (reason := _at_once(session, last.size)):
        return reason
    since = abs(now - last.at)
    if size > last.size and since >= MINUTE:
        return GROWN
    return DAILY if since >= DAY else ""


def _at_once(session: Session, since: int) -> str:
    """What the others rely on among the entries since the last checkpoint."""
    new = (AuditEntry.seq >= since, AuditEntry.action.in_(AT_ONCE))
    action = session.scalar(select(AuditEntry.action).where(*new).order_by(AuditEntry.seq).limit(1))
    return AT_ONCE[action] if action else ""
