"""Severe incidents in the security of a digital product: 24 hours, 72 hours, a month after the notification.

Since 2026-09-11. The rest of the Cyber Resilience Act follows later and has no clocks.
"""

from core.errors import N_
from incidents.clock import Regime, Stage
from incidents.escalation import TO_A_DATE
from incidents.periods import Period
from incidents.rules import Anchor, Rule, done

REGIME = Regime(
    "cra_incident",
    N_("Severe incident in a digital product (Cyber Resilience Act)"),
    "Regulation (EU) 2024/2847, Art. 14(3) and (4)",
    N_("Makers of products with digital elements, when an incident has hit the security of a product severely."),
    (
        Stage(
            "early_warning",
            N_("Give an early warning"),
            N_("the CSIRT and ENISA, by the single reporting platform"),
            Rule(Anchor.AWARE, Period(hours=24), "CRA Art. 14(4)(a)"),
        ),
        Stage(
            "incident_notification",
            N_("Notify the incident"),
            N_("the CSIRT and ENISA, by the single reporting platform"),
            Rule(Anchor.AWARE, Period(hours=72), "CRA Art. 14(4)(b)"),
        ),
        Stage(
            "final_report",
            N_("Give the final report"),
            N_("the CSIRT and ENISA, by the single reporting platform"),
            Rule(done("incident_notification"), Period(months=1), "CRA Art. 14(4)(c)"),
            TO_A_DATE,
        ),
    ),
)
