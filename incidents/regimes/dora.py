"""Financial entities: four hours from calling an incident major, a day from awareness at most, then 72 hours, a month.

Until the incident is classified the day counts. Classified as major only after that day, it is told within four hours.
Whoever cannot hold a limit tells the authority before it has passed (Delegated Regulation (EU) 2025/301, Art. 5). The
relief of Art. 5 for weekends is not used: the first end of all readings binds.
"""

from datetime import timedelta

from core.errors import N_
from incidents.clock import Regime, Stage
from incidents.escalation import TO_A_DATE, TO_A_DEADLINE, Again, Audience, Level, Step
from incidents.periods import Period
from incidents.rules import Anchor, Cap, Rule, done

_RELEASE = frozenset({Audience.MANAGER, Audience.DPO, Audience.RELEASERS})
_HOUR = timedelta(hours=1)
_QUARTER = timedelta(minutes=15)
_UP = (Again(_QUARTER, frozenset({Audience.DEPUTY})), Again(_QUARTER, frozenset({Audience.DPO, Audience.HEAD})))
_LADDER = (
    Step(Level.L3, _RELEASE, N_("The clock of hours has started"), after_start=timedelta(0),
         unanswered=_UP, patience=4 * _HOUR),
    Step(Level.L4, _RELEASE, N_("2 hours left"), before_due=2 * _HOUR,
         unanswered=_UP, patience=_HOUR, second_channel=True),
    TO_A_DEADLINE[-1],
)  # fmt: skip

REGIME = Regime(
    "dora",
    N_("Major ICT-related incident (DORA)"),
    "Regulation (EU) 2022/2554, Art. 19; Delegated Regulation (EU) 2025/301, Art. 5",
    N_("Financial entities: banks, insurers, payment and investment firms, and others that DORA names."),
    (
        Stage(
            "initial_notification",
            N_("Give the first notification"),
            N_("the financial supervisor"),
            Rule(
                Anchor.CLASSIFIED,
                Period(hours=4),
                "DORA Art. 19(4)(a), Reg. 2025/301 Art. 5(1)(a)",
                Cap(Anchor.AWARE, Period(hours=24)),
            ),
            _LADDER,
        ),
        Stage(
            "intermediate_report",
            N_("Give the intermediate report"),
            N_("the financial supervisor"),
            Rule(done("initial_notification"), Period(hours=72), "DORA Art. 19(4)(b), Reg. 2025/301 Art. 5(1)(b)"),
        ),
        Stage(
            "final_report",
            N_("Give the final report"),
            N_("the financial supervisor"),
            Rule(done("intermediate_report"), Period(months=1), "DORA Art. 19(4)(c), Reg. 2025/301 Art. 5(1)(c)"),
            TO_A_DATE,
        ),
    ),
)
