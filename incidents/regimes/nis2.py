"""The NIS 2 directive: a warning within a day, a notification within three, a report a month after the notification.

In Sweden by cybersäkerhetslagen (2025:1506), in Lithuania by Kibernetinio saugumo įstatymas Art. 18(4). The month runs
from the day the notification was handed in, not from the day it was due.
"""

from core.errors import N_
from incidents.clock import Regime, Stage
from incidents.escalation import TO_A_DATE
from incidents.periods import Period
from incidents.rules import Anchor, Rule, done

REGIME = Regime(
    "nis2",
    N_("Significant incident in network and information systems (NIS 2)"),
    "Directive (EU) 2022/2555, Art. 23",
    N_("Essential and important entities; small companies only in a few sectors. Trust services have their own rule."),
    (
        Stage(
            "early_warning",
            N_("Give an early warning"),
            N_("the CSIRT or the competent authority"),
            Rule(Anchor.AWARE, Period(hours=24), "NIS 2 Art. 23(4)(a)"),
        ),
        Stage(
            "incident_notification",
            N_("Notify the incident"),
            N_("the CSIRT or the competent authority"),
            Rule(Anchor.AWARE, Period(hours=72), "NIS 2 Art. 23(4)(b)"),
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
