"""The company's own rule: whoever answers for reports takes each one at once (policy clause 3.5 d)."""

from core.errors import N_
from incidents.clock import Regime, Stage
from incidents.escalation import TO_TAKE_IT, Duty
from incidents.periods import Period
from incidents.rules import Anchor, Rule

REGIME = Regime(
    "house",
    N_("Our own rule"),
    "Rules for processing personal data, clause 3.5 d",
    N_("Every report, in this company."),
    (
        Stage(
            Duty.ACKNOWLEDGE,
            N_("Take the report"),
            N_("the reporter"),
            Rule(Anchor.REPORTED, Period(minutes=30), N_("Clause 3.5 d")),
            TO_TAKE_IT,
        ),
    ),
    everywhere=True,
)
