"""The signer of the log: does it sign, and are its files nobody else's?"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.checking.finding import Finding, advice, failed, fine
from app.checking.storage import CLOSE_KEY, READABLE
from app.signing import REFUSALS
from core.audit.checkpoints import newest, standing_refusal
from core.audit.growth import UNREADABLE
from core.audit.models import AuditHead
from core.errors import N_
from core.i18n import span
from core.settings import Settings

LATE = timedelta(minutes=5)
START = N_("Start a worker on the host that holds the signer's folder: vaka work.")
AFTER = N_("If an old copy was restored on purpose: vaka log key new.")
AS_IT_LIES = N_("Copy the database and find out who was at it. Then the log goes on as it lies: vaka log key new.")


def signer(session: Session, settings: Settings, now: datetime) -> Finding:
    """A minute after the log has grown it is signed; five are allowed here."""
    if refusal := standing_refusal(session):
        _, text = REFUSALS[refusal.kind]
        remedy = AS_IT_LIES if refusal.kind == UNREADABLE else AFTER
        return failed("signer", text, remedy, signed=refusal.signed_size, found=refusal.found_size)
    for name in ("signer.key", "state.json"):
        file = settings.signer / name
        if file.is_file() and file.stat().st_mode & 0o077:
            return failed("signer", READABLE, CLOSE_KEY, file=file.name)
    last, size = newest(session), session.scalar(select(AuditHead.size)) or 0
    if last is None:
        return advice("signer", N_("The log has not been signed yet."), START)
    if size > last.size and abs(now - last.at) > LATE:
        return failed("signer", N_("The log has grown, and was last signed {ago} ago."), START, ago=span(now - last.at))
    return fine("signer", N_("It has signed {size} entries."), size=last.size)
