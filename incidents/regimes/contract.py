"""A contract asks to be told: the insurer and the bank, within the hours that it sets, counted from when we knew.

The law sets no limit here; a contract that sets none has no clock.
"""

from core.errors import N_
from incidents.clock import Given, Regime, Stage
from incidents.periods import Period
from incidents.rules import Anchor, Rule

REGIME = Regime(
    "contract",
    N_("Telling insurer and bank"),
    N_("Contracts with insurer and bank"),
    N_("Companies whose insurance, bank or card contract sets hours for telling about an incident."),
    (
        Stage(
            "tell_insurer",
            N_("Tell the insurer under the contract"),
            N_("the insurer"),
            Rule(Anchor.AWARE, Period(), N_("insurance contract")),
            given=Given.CONTRACT,
        ),
        Stage(
            "tell_bank",
            N_("Tell the bank under the contract"),
            N_("the bank or card issuer"),
            Rule(Anchor.AWARE, Period(), N_("contract with the bank")),
            given=Given.CONTRACT,
        ),
    ),
)
