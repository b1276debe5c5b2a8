"""Trust services under NIS 2: the full notification within a day, which leaves no room for a warning before it."""

from core.errors import N_
from incidents.clock import Regime, Stage
from incidents.escalation import TO_A_DATE
from incidents.periods import Period
from incidents.rules import Anchor, Rule, done

REGIME = Regime(
    "nis2_trust",
    N_("Significant incident in a trust service (NIS 2)"),
    "Directive (EU) 2022/2555, Art. 23(4), second subparagraph",
    N_("Trust service providers of any size, when the incident has an impact on their trust services."),
    (
        Stage(
            "incident_notification",
            N_("Notify the incident"),
            N_("the CSIRT or the competent authority"),
            Rule(Anchor.AWARE, Period(hours=24), "NIS 2 Art. 23(4), second subparagraph"),
        ),
        Stage(
            "final_report",
            N_("Give the final report"),
            N_("the CSIRT or the competent authority"),
            Rule(done("incident_notification"), Period(months=1), "NIS 2 Art. 23(4)(d)"),
            TO_A_DATE,
        ),
    ),
)
