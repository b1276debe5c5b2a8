"""A call to an outside watcher each minute while all is well: silence is the alarm that needs nothing of us.

It is withheld while an alarm has not left, while no tick has run, and while nobody knows what time it is.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.wall_clock import doubt
from core.db import Database
from core.logs import log
from core.settings import Settings
from incidents.jobs import unsent_overdue
from notifications.channels.calling import Unreached, call, parse_address
from notifications.service_state import recall, remember

NAME = "heartbeat"
TICK = "tick"
PATIENCE = timedelta(seconds=60)  # four ticks


def beat(database: Database, settings: Settings, now: datetime) -> bool:
    """Call, unless something is wrong; returns whether the watcher heard it."""
    url = settings.heartbeat_url.get_secret_value()
    if not url:
        return False
    with database.reading() as session:
        reason, code = withheld(session, now), None
    if not reason:
        try:
            call("GET", parse_address("VAKA_HEARTBEAT_URL", url), private=settings.heartbeat_private)
        except Unreached as trouble:
            reason, code = trouble.reason, trouble.code
    if reason:
        log.warning("heartbeat_missed", reason=reason, code=code)
    with database.transaction() as session:
        remember(session, NAME, {"reason": reason, "code": code}, now)
    return not reason


def withheld(session: Session, now: datetime) -> str:
    """Why nobody may be told that all is well; empty when it is."""
    if tick_is_old(session, now):
        return "tick_old"
    if unsent_overdue(session, now):
        return "alarm_unsent"
    return "clock_in_doubt" if doubt(session) else ""


def tick_is_old(session: Session, now: datetime) -> bool:
    """Whether no tick has run lately; one in the future is from before the clock was set back."""
    row = recall(session, TICK)
    return row is None or not now - PATIENCE <= row.at <= now + PATIENCE
