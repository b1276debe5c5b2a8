"""A processor tells the controller: as soon as possible by law, and within the hours that their contract sets.

There is no risk to weigh here and no 72 hours: those are the controller's (Art. 33(2)). The contract is a clock of its
own, which starts once its hours are given, usually 24 or 48.
"""

from core.errors import N_
from incidents.clock import Given, Regime, Stage
from incidents.escalation import AS_SOON_AS_POSSIBLE
from incidents.periods import Period
from incidents.rules import Anchor, Rule

REGIME = Regime(
    "processor",
    N_("Telling the controller we work for"),
    "Regulation (EU) 2016/679, Art. 33(2)",
    N_("Companies that process personal data on behalf of another, when the breach touches those data."),
    (
        Stage(
            "tell_controller",
            N_("Tell the controller"),
            N_("the controller"),
            Rule(Anchor.AWARE, Period(), "GDPR Art. 33(2)"),
            AS_SOON_AS_POSSIBLE,
        ),
        Stage(
            "tell_controller_by_contract",
            N_("Tell the controller under the contract"),
            N_("the controller"),
            Rule(Anchor.AWARE, Period(), "GDPR Art. 28(3)"),
            given=Given.CONTRACT,
        ),
    ),
)
