"""The answers of the record in words: legal basis, role, how many, how long, and what a transfer rests on."""

from enum import StrEnum

from core.errors import N_
from core.i18n import translate
from incidents.questions import BANDS


class Part(StrEnum):
    """For whom we do it: for ourselves (Art. 30(1)), or on the instructions of others (Art. 30(2))."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"


class Basis(StrEnum):
    """GDPR Art. 6(1)(a) to (f)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    VITAL_INTERESTS = "vital_interests"
    PUBLIC_TASK = "public_task"
    LEGITIMATE_INTERESTS = "legitimate_interests"


class Unit(StrEnum):
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


class Transfer(StrEnum):
    """GDPR Art. 45, 46(2)(c), 46(2)(b), 46, 49."""

    ADEQUACY = "adequacy"
    STANDARD_CLAUSES = "standard_clauses"
    BINDING_RULES = "binding_rules"
    OTHER_SAFEGUARD = "other_safeguard"
    DEROGATION = "derogation"


ROLE_LABELS = {
    Part.CONTROLLER: N_("For ourselves, as controller"),
    Part.PROCESSOR: N_("For others, as processor"),
}
BASIS_LABELS = {
    Basis.CONSENT: N_("Consent (a)"),
    Basis.CONTRACT: N_("Contract with the person (b)"),
    Basis.LEGAL_OBLIGATION: N_("Legal obligation (c)"),
    Basis.VITAL_INTERESTS: N_("Vital interests (d)"),
    Basis.PUBLIC_TASK: N_("Public task (e)"),
    Basis.LEGITIMATE_INTERESTS: N_("Legitimate interests (f)"),
}
UNIT_LABELS = {Unit.DAYS: N_("Days"), Unit.MONTHS: N_("Months"), Unit.YEARS: N_("Years")}
TRANSFER_LABELS = {
    Transfer.ADEQUACY: N_("A decision that the country protects enough (Article 45)"),
    Transfer.STANDARD_CLAUSES: N_("Standard contractual clauses (Article 46)"),
    Transfer.BINDING_RULES: N_("Binding corporate rules (Article 47)"),
    Transfer.OTHER_SAFEGUARD: N_("Another safeguard (Article 46)"),
    Transfer.DEROGATION: N_("An exception for the single case (Article 49)"),
}
BAND_LABELS = BANDS


def retention_in_words(number: int | None, unit: str, trigger: str, lang: str) -> str:
    """`7 years, from the end of the financial year`."""
    if number is None:
        return trigger
    length = f"{number} {translate(lang, UNIT_LABELS[Unit(unit)]).lower()}"
    return f"{length}, {trigger}" if trigger else length
