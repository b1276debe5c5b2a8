"""From the internal report to the moment we say we knew: a long way is flagged, a very long one needs the head.

EDPB 9/2022, II.A.2: an enquiry may come before awareness, but it must be prompt and is no way to hold the clock. The
two thresholds are the company's own.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from core.errors import N_
from core.i18n import span, translate
from incidents.models import Incident

FLAGGED = timedelta(hours=24)
HEAD_SIGNS = timedelta(hours=48)


class Gap(StrEnum):
    SHORT = "short"
    FLAGGED = "flagged"
    HEAD = "head"


GAP_SENTENCES = {
    Gap.FLAGGED: N_("{span} from the report to awareness. More than 24 hours is flagged: was the enquiry prompt?"),
    Gap.HEAD: N_("{span} from the report to awareness. More than 48 hours needs the signature of the head."),
}


def judged(reported_at: datetime, aware_at: datetime) -> Gap:
    """How long the way was; awareness before the report is none at all."""
    way = aware_at - reported_at
    if way > HEAD_SIGNS:
        return Gap.HEAD
    return Gap.FLAGGED if way > FLAGGED else Gap.SHORT


def flag(incident: Incident, aware_at: datetime | None, lang: str) -> str:
    """The sentence for a way that is too long; empty for a short one."""
    if aware_at is None:
        return ""
    sentence = GAP_SENTENCES.get(judged(incident.reported_at, aware_at))
    return translate(lang, sentence, span=span(aware_at - incident.reported_at)) if sentence else ""
