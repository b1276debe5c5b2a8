"""Our words in the codes of the EDPB's template. What has no clear counterpart is left to the person who writes."""

from collections.abc import Iterable, Mapping

from core.errors import N_
from incidents.assessing.words import Consequence
from incidents.classification import CauseClass, DataCategory, SubjectGroup
from incidents.commission import Vote
from incidents.questions import ReporterRelation
from risk.facts import Taken, Unreadable
from risk.severity import Band

Filled = Mapping[int, str | Iterable[str]]  # question -> text or codes; nothing where nothing is known
FOUND_BY: Mapping[str, str] = {
    ReporterRelation.EMPLOYEE: "controller",
    ReporterRelation.REPRESENTATIVE: "controller",
    ReporterRelation.PROCESSOR: "processor",
    ReporterRelation.CUSTOMER: "data_subject",
}
FOUND_IN_WORDS: Mapping[str, str] = {
    ReporterRelation.EMPLOYEE: N_("An employee noticed it and reported it within the company."),
    ReporterRelation.REPRESENTATIVE: N_("Somebody who represents the company noticed it and reported it."),
    ReporterRelation.PROCESSOR: N_("A supplier told the company."),
    ReporterRelation.CUSTOMER: N_("A customer, or somebody else outside the company, told the company."),
}
INCIDENT: Mapping[str, str] = {
    "accidental.misrouting": "sent_by_mistake",
    "accidental.open_recipients": "open_recipient_list",
    "accidental.published_by_mistake": "unintended_publication",
    "accidental.lost_device": "device_lost",
    "accidental.record_deletion": "data_deleted",
    "accidental.shared_password": "wrong_permissions",
    "accidental.late_access_removal": "wrong_permissions",
    "accidental.system_outage": "technical_malfunction",
    "accidental.software_test": "technical_malfunction",
    "intentional.stolen_device": "device_lost",
    "intentional.phishing": "phishing",
    "intentional.virus_distribution": "hacking_malware",
    "intentional.system_intrusion": "unauthorised_it_access",
    "intentional.network_intrusion": "unauthorised_it_access",
    "intentional.data_theft": "exfiltration",
    "intentional.colleague_rights": "privilege_abuse",
    "intentional.snooping": "privilege_abuse",
}
INSIDE = frozenset({"intentional.colleague_rights", "intentional.snooping"})
GROUPS: Mapping[str, str] = {
    SubjectGroup.CUSTOMERS: "customers",
    SubjectGroup.EMPLOYEES: "employees",
    SubjectGroup.APPLICANTS: "employees",
    SubjectGroup.USERS: "users",
    SubjectGroup.PATIENTS: "patients",
    SubjectGroup.PUPILS: "students",
    SubjectGroup.CHILDREN: "minors",
    SubjectGroup.VULNERABLE: "vulnerable",
}
DATA: Mapping[str, tuple[str, ...]] = {
    DataCategory.CONTACT: ("basic", "contact"),
    DataCategory.PERSONAL_NUMBER: ("identification",),
    DataCategory.LOGIN: ("credentials",),
    DataCategory.BANK_CARD: ("payment",),
    DataCategory.HEALTH: ("health",),
    DataCategory.ID_DOCUMENT: ("official_documents",),
    DataCategory.FINANCES: ("economic",),
    DataCategory.LOCATION: ("location",),
    DataCategory.BEHAVIOUR: ("profile",),
    DataCategory.ORIGIN: ("ethnic",),
    DataCategory.OPINION: ("political", "religious"),
    DataCategory.UNION: ("trade_union",),
    DataCategory.BIOMETRIC: ("biometric",),
    DataCategory.SEX_LIFE: ("sexual",),
    DataCategory.CRIMINAL: ("criminal",),
}
HARM: Mapping[str, str] = {
    Consequence.IDENTITY: "identity_theft",
    Consequence.MONEY: "financial_loss",
    Consequence.SCAM: "fraud",
    Consequence.REPUTATION: "reputation",
    Consequence.DISCRIMINATION: "discrimination",
    Consequence.SECRECY: "professional_secrecy",
    Consequence.SAFETY: "physical_mental",
    Consequence.CONTROL: "loss_of_control",
    Consequence.OTHER: "other",
}
SAFEGUARDS: Mapping[str, tuple[str, ...]] = {
    "approved_use": ("access_levels",),
    "backup_copies": ("backup",),
    "compliance_review": ("audits",),
    "contingency_plan": ("backup",),
    "documents_and_staff": ("physical_access", "training"),
    "leaver_access": ("access_levels",),
    "own_password_only": ("logical_access",),
    "password_change": ("logical_access",),
    "restore_test": ("backup",),
    "staff_signatures": ("policies",),
    "systems_and_premises": ("updated_systems", "physical_access"),
}  # what is not here is another safeguard, described in words
SEVERITY = {Band.LOW: "minor", Band.MEDIUM: "moderate", Band.HIGH: "severe", Band.VERY_HIGH: "severe"}
TAKEN = {Taken.YES: "disclosed", Taken.LIKELY: "likely", Taken.NO: "not_disclosed"}
UNREADABLE = {Unreadable.YES: "intact", Unreadable.COULD_BE_BROKEN: "subvertible", Unreadable.NO: "no"}
OUTCOME = {Vote.NONE: "unlikely", Vote.RISK: "risk", Vote.HIGH: "high_risk"}


def origin(cause_class: str, cause_code: str) -> str:
    """Inside or outside, with or without bad intent: 8.2 a and c are without, b is with."""
    match cause_class:
        case CauseClass.ACCIDENTAL:
            return "internal_non_malicious"
        case CauseClass.UNFORESEEN:
            return "external_non_malicious"
        case CauseClass.INTENTIONAL:
            return "internal_malicious" if cause_code in INSIDE else "external_malicious"
    return "to_be_determined"


def kind_of_incident(cause_code: str) -> str:
    """One of the 25 kinds; an unforeseen event is a technical fault or something else, and a person says which."""
    return INCIDENT.get(cause_code, "to_be_determined")


def groups(codes: Iterable[str]) -> list[str]:
    """What has no group of its own is among the others, to be described in words."""
    return _each((GROUPS.get(code, "additional"),) for code in codes if code != SubjectGroup.UNKNOWN)


def data(codes: Iterable[str]) -> list[str]:
    return _each(DATA.get(code, ("additional",)) for code in codes if code != DataCategory.UNKNOWN)


def _each(found: Iterable[tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys(code for codes in found for code in codes))
