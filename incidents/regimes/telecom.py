"""Public electronic communications: a first notification within a day of the detection, the rest three days after it.

Detection is sufficient awareness to make a meaningful notification (Art. 2(2)), so it is the same moment as ours.
"""

from core.errors import N_
from incidents.clock import Regime, Stage
from incidents.periods import Period
from incidents.rules import Anchor, Rule, done

REGIME = Regime(
    "telecom",
    N_("Breach in public electronic communications"),
    "Regulation (EU) No 611/2013, Art. 2",
    N_("Providers of publicly available electronic communications services; in Sweden they tell PTS."),
    (
        Stage(
            "initial_notification",
            N_("Give the first notification"),
            N_("the competent authority"),
            Rule(Anchor.AWARE, Period(hours=24), "Reg. 611/2013 Art. 2(2)"),
        ),
        Stage(
            "second_notification",
            N_("Give the rest of the notification"),
            N_("the competent authority"),
            Rule(done("initial_notification"), Period(days=3), "Reg. 611/2013 Art. 2(3)"),
        ),
    ),
)
