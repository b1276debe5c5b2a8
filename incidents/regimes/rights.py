"""A person asks for access, correction or erasure: one month by law, 30 days by our policy, and the earlier binds.

The ladder rings on the policy's days 20, 25 and 28, counted back from the end, since the month may be the shorter one.
"""

from datetime import timedelta

from core.errors import N_
from incidents.clock import Regime, Stage
from incidents.escalation import TO_A_DATE, Audience, Level, Step
from incidents.periods import Period
from incidents.rules import Anchor, Rule

_WHO = frozenset({Audience.MANAGER, Audience.DPO})
_DAY = timedelta(days=1)
_LADDER = (
    Step(Level.L2, _WHO, N_("10 days left"), before_due=timedelta(days=10), patience=timedelta(days=5)),
    Step(Level.L3, _WHO, N_("5 days left"), before_due=timedelta(days=5), patience=timedelta(days=3)),
    Step(Level.L4, _WHO, N_("2 days left"), before_due=timedelta(days=2), patience=_DAY),
    TO_A_DATE[-1],
)

REGIME = Regime(
    "rights",
    N_("A person's request about their own data"),
    "Regulation (EU) 2016/679, Art. 12(3); rules for processing personal data, clause 6.2",
    N_("Every company that a person has asked for access, correction or erasure of their data."),
    (
        Stage(
            "answer_request",
            N_("Answer the request"),
            N_("the person who asked"),
            Rule(Anchor.RECEIVED, Period(days=30, months=1), N_("GDPR Art. 12(3), clause 6.2")),
            _LADDER,
        ),
    ),
)
