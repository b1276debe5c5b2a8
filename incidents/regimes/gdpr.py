"""The General Data Protection Regulation: the authority is told within 72 hours of awareness, the rest follows."""

from core.errors import N_
from incidents.clock import Given, Regime, Stage
from incidents.escalation import TO_A_DATE, Duty
from incidents.periods import Period
from incidents.rules import Anchor, Rule, Threshold, done

REGIME = Regime(
    "gdpr",
    N_("Personal data breach"),
    "Regulation (EU) 2016/679, Art. 33",
    N_("Every company that decides why and how personal data are processed."),
    (
        Stage(
            Duty.NOTIFY_AUTHORITY,
            N_("Tell the supervisory authority"),
            N_("the supervisory authority"),
            Rule(Anchor.AWARE, Period(hours=72), "GDPR Art. 33(1)", threshold=Threshold.RISK),
        ),
        Stage(
            Duty.SUPPLEMENT,
            N_("Supplement the notice"),
            N_("the supervisory authority"),
            Rule(done(Duty.NOTIFY_AUTHORITY), Period(days=28), "GDPR Art. 33(4)", threshold=Threshold.RISK),
            TO_A_DATE,
            Given.AUTHORITY_CARD,
        ),
    ),
    everywhere=True,
)
