"""Backups and earlier states: when the last copy was made, and whether this is one."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.backing_up import BACKUP
from app.checking.finding import Finding, advice, failed, fine
from core.errors import N_
from core.i18n import span
from core.restored import restored
from core.settings import Environment, Settings
from notifications.service_state import recall

NO_KEY = N_("No public key is set, so no backup can be made.")
MAKE_KEY = N_("Run vaka key backup FILE, set VAKA_BACKUP_PUBLIC_KEY, and keep FILE on another machine.")
NEVER = N_("None has been made.")
MAKE_ONE = N_("Run vaka backup FILE, and let the machine do so every day. Then try vaka drill FILE.")
OLD = N_("The last one was made {ago} ago.")


def backups(session: Session, settings: Settings, now: datetime) -> Finding:
    """In production a copy that is missing or old is wrong; elsewhere it is advice."""
    worse = failed if settings.environment is Environment.PRODUCTION else advice
    last = recall(session, BACKUP)
    if not settings.backup_public_key:
        return worse("backups", NO_KEY, MAKE_KEY)
    if last is None:
        return worse("backups", NEVER, MAKE_ONE)
    if now - last.at > timedelta(days=settings.backup_days):
        return worse("backups", OLD, MAKE_ONE, ago=span(now - last.at))
    return fine("backups", OLD, ago=span(now - last.at))


def earlier_state(session: Session) -> Finding:
    if restored(session):
        return failed("state", N_("This is an earlier state of the service. No mail leaves."),
                      N_("A leader settles on the page /restored what may have left since."))  # fmt: skip
    return fine("state", N_("It is the present one."))
