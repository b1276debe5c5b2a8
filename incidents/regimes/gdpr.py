"""The General Data Protection Regulation: the authority is told within 72 hours of awareness."""

from incidents.clock import Regime, hours
from incidents.escalation import Duty

REGIME = Regime(
    "gdpr",
    "Regulation (EU) 2016/679, Art. 33",
    {Duty.NOTIFY_AUTHORITY: hours(72, basis="GDPR Art. 33(1)")},
)
