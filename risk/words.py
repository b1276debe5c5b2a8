"""The words of severity, for pages and the command line."""

from core.errors import N_
from risk.severity import Band

BANDS: dict[str, str] = {
    Band.LOW: N_("low"),
    Band.MEDIUM: N_("medium"),
    Band.HIGH: N_("high"),
    Band.VERY_HIGH: N_("very high"),
}
