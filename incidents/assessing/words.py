"""The words of an assessment: what each figure from 1 to 4 means, and what can follow for a person (recital 85)."""

from enum import StrEnum

from core.errors import N_
from incidents.opinions import AWARENESS, DECISION, NOT_AN_INCIDENT


class Consequence(StrEnum):
    IDENTITY = "identity"
    MONEY = "money"
    SCAM = "scam"
    REPUTATION = "reputation"
    DISCRIMINATION = "discrimination"
    SECRECY = "secrecy"
    SAFETY = "safety"
    CONTROL = "control"
    OTHER = "other"


CONSEQUENCE_LABELS = {
    Consequence.IDENTITY: N_("Somebody uses the person’s identity"),
    Consequence.MONEY: N_("Loss of money"),
    Consequence.SCAM: N_("Scams and phishing"),
    Consequence.REPUTATION: N_("Shame or a damaged reputation"),
    Consequence.DISCRIMINATION: N_("Discrimination"),
    Consequence.SECRECY: N_("A professional secret comes out"),
    Consequence.SAFETY: N_("Danger to life, health or a secret address"),
    Consequence.CONTROL: N_("The person loses control of the data"),
    Consequence.OTHER: N_("Something else"),
}
PROTECTION = {1: N_("well"), 2: N_("partly"), 3: N_("weakly"), 4: N_("not at all")}
IMPACT = {1: N_("little"), 2: N_("noticeably"), 3: N_("hard"), 4: N_("very hard")}
LIKELIHOOD = {1: N_("unlikely"), 2: N_("possible"), 3: N_("likely"), 4: N_("very likely")}
VULNERABLE = {"yes": N_("Yes"), "no": N_("No"), "unknown": N_("Don't know")}
ABOUT = {
    DECISION: N_("The decision"),
    AWARENESS: N_("The moment of awareness"),
    NOT_AN_INCIDENT: N_("Not an incident"),
}
