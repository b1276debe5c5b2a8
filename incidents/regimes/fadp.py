"""Switzerland: the FDPIC is told as soon as possible of a breach that is likely to give people a high risk.

The act names no hours, so none are invented. It also binds companies abroad whose processing has an effect in
Switzerland (Art. 3).
"""

from core.errors import N_
from incidents.clock import Regime, Stage
from incidents.escalation import AS_SOON_AS_POSSIBLE
from incidents.periods import Period
from incidents.rules import Anchor, Rule, Threshold

REGIME = Regime(
    "fadp",
    N_("Breach of data security (Switzerland)"),
    "Federal Act on Data Protection (SR 235.1), Art. 24",
    N_("Controllers whose processing has an effect in Switzerland, when the breach is likely to give a high risk."),
    (
        Stage(
            "notify_fdpic",
            N_("Tell the Swiss data protection commissioner (FDPIC)"),
            N_("the Federal Data Protection and Information Commissioner"),
            Rule(Anchor.AWARE, Period(), "FADP Art. 24(1)", threshold=Threshold.HIGH_RISK),
            AS_SOON_AS_POSSIBLE,
        ),
    ),
)
