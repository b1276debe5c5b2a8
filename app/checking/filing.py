"""Whether somebody can file with the authority the day it is needed."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.checking.finding import Finding, advice, fine
from core.errors import N_
from incidents.readiness.rule import FRESH, SENTENCES, Readiness
from incidents.readiness.view import own_readiness

TRY_IT = N_("Let somebody try the log-in, and record it at {page}.")
PAGE = "/settings/authority-readiness"


def authority(session: Session, now: datetime) -> Finding:
    """Advice and never a failure: the service itself does its work."""
    card, state = own_readiness(session, now)
    said = SENTENCES[state]
    if state is Readiness.READY:
        return fine("authority", said, authority=card.short, days=FRESH.days)
    return advice("authority", said, TRY_IT, authority=card.short, days=FRESH.days, page=PAGE)
