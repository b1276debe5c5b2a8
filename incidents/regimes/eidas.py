"""Trust services under eIDAS: the supervisory body and the people hit are told within a day.

Art. 19a is for non-qualified providers, Art. 24(2) for qualified ones; both as amended by Regulation (EU) 2024/1183.
"""

from core.errors import N_
from incidents.clock import Regime, Stage
from incidents.periods import Period
from incidents.rules import Anchor, Rule

REGIME = Regime(
    "eidas",
    N_("Breach or disruption of a trust service (eIDAS)"),
    "Regulation (EU) No 910/2014, Art. 19a(1)(b) and 24(2)(fb)",
    N_("Trust service providers, when the service or the personal data kept in it are hit significantly."),
    (
        Stage(
            "notify_supervisory_body",
            N_("Tell the supervisory body and the people hit"),
            N_("the supervisory body, the people hit who can be identified, and other bodies concerned"),
            Rule(Anchor.AWARE, Period(hours=24), "eIDAS Art. 19a(1)(b), 24(2)(fb)"),
        ),
    ),
)
