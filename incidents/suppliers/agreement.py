"""Where the agreement with a processor stands, from its days alone (GDPR Art. 28(3), rule 7.1)."""

from datetime import date, timedelta
from enum import StrEnum

from core.errors import N_

BEFORE_ITS_END = timedelta(days=60)  # what a new agreement takes


class Standing(StrEnum):
    MISSING = "missing"
    ENDED = "ended"
    NOT_YET = "not_yet"
    ENDING = "ending"
    IN_FORCE = "in_force"


AT_RISK = frozenset({Standing.MISSING, Standing.ENDED, Standing.NOT_YET})
WORDS = {
    Standing.MISSING: N_("No agreement"),
    Standing.ENDED: N_("Agreement has ended"),
    Standing.NOT_YET: N_("Agreement not in force yet"),
    Standing.ENDING: N_("Agreement ends soon"),
    Standing.IN_FORCE: N_("Agreement in force"),
}
SHAPES = {
    Standing.MISSING: ("late", "square"),
    Standing.ENDED: ("late", "square"),
    Standing.NOT_YET: ("soon", "triangle"),
    Standing.ENDING: ("soon", "triangle"),
    Standing.IN_FORCE: ("ok", "check"),
}
FINDINGS = {
    Standing.MISSING: N_("No agreement with this supplier is entered, and it processes personal data for us. There "
                         "must be one in writing before it gets any (rule 7.1, GDPR Article 28(3))."),
    Standing.ENDED: N_("The agreement ended on {day}. Without a new one the supplier may not process personal data for "
                       "us (rule 7.1, GDPR Article 28(3))."),
    Standing.NOT_YET: N_("The agreement is in force from {day}. Until then the supplier may not process personal data "
                         "for us (rule 7.1, GDPR Article 28(3))."),
    Standing.ENDING: N_("The agreement ends on {day}. Renew it, or see that all data comes back or is erased by then."),
}  # fmt: skip


def standing(begins: date | None, ends: date | None, today: date) -> Standing:
    """An agreement holds on the day it ends."""
    if begins is None:
        return Standing.MISSING
    if ends is not None and ends < today:
        return Standing.ENDED
    if begins > today:
        return Standing.NOT_YET
    return Standing.ENDING if ends is not None and ends - today <= BEFORE_ITS_END else Standing.IN_FORCE


def day_of(found: Standing, begins: date | None, ends: date | None) -> date | None:
    """The day that the finding speaks of."""
    return begins if found is Standing.NOT_YET else ends
