"""How urgent a deadline is: calm, soon, critical, late."""

from datetime import timedelta
from enum import StrEnum

from core.errors import N_


class Urgency(StrEnum):
    CALM = "calm"
    SOON = "soon"
    CRITICAL = "crit"
    LATE = "late"


URGENCY_LABELS = {
    Urgency.CALM: N_("Calm"),
    Urgency.SOON: N_("Soon"),
    Urgency.CRITICAL: N_("Critical"),
    Urgency.LATE: N_("Overdue"),
}
SOON = timedelta(hours=24)
CRITICAL = timedelta(hours=6)


def urgency(left: timedelta) -> Urgency:
    """Calm above 24 hours, soon from 24 to 6, critical below 6. The last second is still in time."""
    if left < timedelta(0):
        return Urgency.LATE
    if left < CRITICAL:
        return Urgency.CRITICAL
    return Urgency.SOON if left <= SOON else Urgency.CALM
