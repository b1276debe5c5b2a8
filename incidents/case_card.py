"""A case in short for those who judge it: what is classified, in words, and what is not yet known."""

from collections.abc import Iterable

from core.errors import N_
from core.i18n import translate
from incidents.catalogue import cause_of
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
from incidents.states import CONTAINMENT_LABELS, Containment


def case_card(incident: Incident, lang: str) -> list[tuple[str, str]]:
    """Short pairs of a word and its value; nothing here is sealed."""
    people, numbers = PeopleCount(incident.people_min, incident.people_max).label
    unknown = translate(lang, N_("Not yet known"))
    rows = [
        (N_("Cause"), _cause(incident, lang)),
        (N_("Kind of breach"), _listed(lang, (BREACH_LABELS[BreachType(code)] for code in incident.breach_types))),
        (N_("Data"), _listed(lang, (DATA_LABELS[DataCategory(code)] for code in _data(incident)))),
        (N_("Groups of people"), _listed(lang, (GROUP_LABELS[SubjectGroup(code)] for code in incident.subject_groups))),
        (N_("How many"), translate(lang, people, **numbers)),
        (N_("Systems"), incident.systems),
        (N_("Stopped?"), translate(lang, CONTAINMENT_LABELS[Containment(incident.containment)])),
    ]
    return [(translate(lang, word), value or unknown) for word, value in rows]


def _cause(incident: Incident, lang: str) -> str:
    """The class of clause 8.2, and the cause itself once it is known."""
    card = cause_of(incident)
    words = translate(lang, CLASS_LABELS[CauseClass(incident.cause_class)])
    return f"{words} · {card.label.in_(lang)}" if card else words


def _data(incident: Incident) -> list[str]:
    return incident.data_categories or incident.data_kinds


def _listed(lang: str, labels: Iterable[str]) -> str:
    return " · ".join(translate(lang, label) for label in labels)
