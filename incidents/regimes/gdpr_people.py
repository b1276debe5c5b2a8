"""Telling the people affected: as soon as possible, without invented hours, or by the day an authority orders."""

from core.errors import N_
from incidents.clock import Given, Regime, Stage
from incidents.escalation import AS_SOON_AS_POSSIBLE, Duty
from incidents.periods import Period
from incidents.rules import Anchor, Rule, Threshold

REGIME = Regime(
    "gdpr_people",
    N_("Telling the people affected"),
    "Regulation (EU) 2016/679, Art. 34",
    N_("Every company whose breach is likely to give people a high risk, or that its authority orders to tell them."),
    (
        Stage(
            Duty.INFORM_PEOPLE,
            N_("Tell the people affected"),
            N_("the people affected"),
            Rule(Anchor.DECIDED, Period(), "GDPR Art. 34(1)", threshold=Threshold.HIGH_RISK),
            AS_SOON_AS_POSSIBLE,
        ),
        Stage(
            Duty.INFORM_AS_ORDERED,
            N_("Tell the people affected, as the authority orders"),
            N_("the people affected"),
            Rule(Anchor.ORDERED, Period(), "GDPR Art. 34(4)"),
            given=Given.ORDER,
        ),
    ),
    everywhere=True,
)
