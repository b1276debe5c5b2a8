"""A classification in words, field by field: for comparing two versions when two people saved at once."""

from datetime import datetime

from core.errors import N_
from core.i18n import absolute, translate
from core.territories import country_name
from incidents.causes.known import Catalogue
from incidents.classification import (
    BREACH_LABELS,
    CLASS_LABELS,
    DATA_LABELS,
    GROUP_LABELS,
    BreachType,
    CauseClass,
    DataCategory,
    SubjectGroup,
)
from incidents.models import Incident
from incidents.people_count import PeopleCount

FIELD_LABELS = {
    "title": N_("Title"),
    "cause": N_("Main cause"),
    "further_causes": N_("Further causes"),
    "breach_types": N_("What happened to the data?"),
    "data_categories": N_("Which data?"),
    "subject_groups": N_("Whose data?"),
    "people": N_("How many people?"),
    "records_count": N_("How many records?"),
    "systems": N_("Systems"),
    "countries": N_("Countries"),
    "occurred_at": N_("When did it happen?"),
    "ended_at": N_("When did it end?"),
    "detected_at": N_("When was it noticed?"),
}


def words(incident: Incident, known: Catalogue, lang: str, zone: str) -> dict[str, str]:
    """Field -> what it says, blank when nothing is known."""
    text, numbers = PeopleCount(incident.people_min, incident.people_max).label
    return {
        "title": incident.title,
        "cause": _cause(incident, known, lang),
        "further_causes": ", ".join(_cause_label(known, code, lang) for code in incident.further_causes),
        "breach_types": _joined(lang, [BREACH_LABELS[BreachType(code)] for code in incident.breach_types]),
        "data_categories": _joined(lang, [DATA_LABELS[DataCategory(code)] for code in incident.data_categories]),
        "subject_groups": _joined(lang, [GROUP_LABELS[SubjectGroup(code)] for code in incident.subject_groups]),
        "people": translate(lang, text, **numbers),
        "records_count": "" if incident.records_count is None else str(incident.records_count),
        "systems": incident.systems,
        "countries": ", ".join(country_name(code, lang) for code in incident.countries),
        "occurred_at": _moment(incident.occurred_at, lang, zone),
        "ended_at": _moment(incident.ended_at, lang, zone),
        "detected_at": _moment(incident.detected_at, lang, zone),
    }


def differences(mine: Incident, theirs: Incident, known: Catalogue, lang: str, zone: str) -> list[tuple[str, str, str]]:
    """The fields in which two versions differ: its name, mine, theirs."""
    left, right = words(mine, known, lang, zone), words(theirs, known, lang, zone)
    return [
        (translate(lang, FIELD_LABELS[name]), left[name], right[name]) for name in left if left[name] != right[name]
    ]


def _cause_label(known: Catalogue, code: str, lang: str) -> str:
    cause = known.get(code)
    return cause.label.in_(lang) if cause else code


def _cause(incident: Incident, known: Catalogue, lang: str) -> str:
    if incident.cause_code:
        label = _cause_label(known, incident.cause_code, lang)
        return f"{label}: {incident.cause_text}" if incident.cause_text else label
    return translate(lang, CLASS_LABELS[CauseClass(incident.cause_class)])


def _joined(lang: str, labels: list[str]) -> str:
    return ", ".join(translate(lang, label) for label in labels)


def _moment(at: datetime | None, lang: str, zone: str) -> str:
    return absolute(at, lang, zone) if at else ""
