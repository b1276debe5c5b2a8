"""The policy's promise: customers are told of every breach of a security system, so that they can protect themselves.

It is wider than Art. 34, for it has no risk threshold. It names no hours, so none are invented.
"""

from core.errors import N_
from incidents.clock import Regime, Stage
from incidents.escalation import AS_SOON_AS_POSSIBLE
from incidents.periods import Period
from incidents.rules import Anchor, Rule

REGIME = Regime(
    "promise",
    N_("Our promise to customers"),
    "Privacy policy, section on security",
    N_("Companies whose policy promises to tell customers by e-mail when a security system has been breached."),
    (
        Stage(
            "tell_customers",
            N_("Tell every customer"),
            N_("every customer"),
            Rule(Anchor.AWARE, Period(), N_("Privacy policy, security")),
            AS_SOON_AS_POSSIBLE,
        ),
    ),
)
