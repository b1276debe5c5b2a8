"""What classification and report suggest for the facts of a severity. Shown as a proposal, never saved unseen.

Only what was said is proposed. Where the report is silent the question stays open, or the answer is "not known yet".
"""

from collections.abc import Mapping

from incidents.causes import CAUSES
from incidents.classification import SPECIAL, CauseClass, SubjectGroup
from incidents.classification import DataCategory as Data
from incidents.models import Incident
from incidents.proposals import proposal
from risk.severity import BASE, Category

KINDS: Mapping[Category, frozenset[Data]] = {
    Category.SIMPLE: frozenset({Data.CONTACT, Data.PERSONAL_NUMBER, Data.PHOTOS, Data.WORK_RELATED, Data.ID_DOCUMENT,
                                Data.GRADES, Data.CHILDREN, Data.PROTECTED_IDENTITY}),
    Category.BEHAVIOURAL: frozenset({Data.LOCATION, Data.COMMUNICATION, Data.BEHAVIOUR}),
    Category.FINANCIAL: frozenset({Data.BANK_CARD, Data.FINANCES}),
    Category.SENSITIVE: SPECIAL | {Data.CRIMINAL},
}  # fmt: skip
UNIQUE = frozenset({Data.PERSONAL_NUMBER, Data.ID_DOCUMENT})
VULNERABLE_DATA = frozenset({Data.CHILDREN, Data.PROTECTED_IDENTITY})
VULNERABLE_GROUPS = frozenset({SubjectGroup.CHILDREN, SubjectGroup.PUPILS, SubjectGroup.PATIENTS,
                               SubjectGroup.VULNERABLE})  # fmt: skip
KNOWN_READERS = {"sent_wrong": "0.25", "published": "0.5"}
OPEN = ("unintelligible", "copy_available", "exfiltrated", "recipient", "returned_or_destroyed")
NOT_KNOWN = dict.fromkeys(OPEN, "unknown")


def proposed_answers(incident: Incident) -> dict[str, object]:
    """The answers a form starts with while nobody has stated anything."""
    said = proposal(incident, CAUSES)
    classified = incident.classified_at is not None
    data = frozenset(incident.data_categories if classified else said.data_categories)
    breaches = list(incident.breach_types if classified else said.breach_types)
    people = (incident.people_min, incident.people_max) if classified else (said.people.least, said.people.most)
    answers: dict[str, object] = {
        "breach_types": breaches,
        "people": people[1] if people[1] is not None else people[0],
        "special_category": _yes_no(bool(data & KINDS[Category.SENSITIVE])),
        "vulnerable_people": _yes_no(bool(data & VULNERABLE_DATA or VULNERABLE_GROUPS & {*incident.subject_groups})),
        "malicious": _yes_no(incident.cause_class == CauseClass.INTENTIONAL),
        "confidentiality": _seen(incident, breaches),
        "identifiability": "1" if data & UNIQUE else "",
        "enables": [],
        **NOT_KNOWN,
    }
    for name in ("integrity", "availability"):
        answers[name] = "" if name in breaches else "0"
    for name in ("essential_service_hit", "subsequent_measures", "disproportionate_effort"):
        answers[name] = "no"
    return answers | {f"data_{kind}": str(BASE[kind]) for kind, members in KINDS.items() if data & members}


def _seen(incident: Incident, breaches: list[str]) -> str:
    """Who saw it, where the report says so; nobody, where it was not about confidentiality; else it is asked."""
    if "confidentiality" not in breaches:
        return "0"
    return KNOWN_READERS.get(incident.kind, "")


def _yes_no(answer: bool) -> str:
    return "yes" if answer else "no"
