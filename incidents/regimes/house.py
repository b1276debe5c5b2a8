"""The company's own rule: whoever answers for reports takes each one at once (policy clause 3.5 d)."""

from incidents.clock import Anchor, Regime, minutes
from incidents.escalation import Duty

REGIME = Regime(
    "house",
    "Rules for processing personal data, clause 3.5 d",
    {Duty.ACKNOWLEDGE: minutes(30, basis="Clause 3.5 d")},
    counts_from=Anchor.REPORTED,
)
