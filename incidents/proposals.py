"""What the reporter's answers suggest for the classification. A proposal is shown as one and never saved unseen."""

from collections.abc import Container, Mapping
from dataclasses import dataclass

from incidents.classification import BreachType, DataCategory
from incidents.models import Incident
from incidents.people_count import PEOPLE_BANDS, PeopleCount

CAUSE_OF: Mapping[str, str] = {
    "sent_wrong": "accidental.misrouting",
    "lost_stolen": "accidental.lost_device",
    "published": "accidental.published_by_mistake",
    "deleted_changed": "accidental.record_deletion",
}
BREACH_OF: Mapping[str, tuple[BreachType, ...]] = {
    "sent_wrong": (BreachType.CONFIDENTIALITY,),
    "seen_by_wrong": (BreachType.CONFIDENTIALITY,),
    "lost_stolen": (BreachType.CONFIDENTIALITY, BreachType.AVAILABILITY),
    "hacked_malware": (BreachType.CONFIDENTIALITY,),
    "published": (BreachType.CONFIDENTIALITY,),
    "deleted_changed": (BreachType.INTEGRITY, BreachType.AVAILABILITY),
    "not_available": (BreachType.AVAILABILITY,),
    "fire_water_power": (BreachType.AVAILABILITY,),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """The values a classification form starts with."""

    cause: str
    breach_types: tuple[str, ...]
    data_categories: tuple[str, ...]
    people: PeopleCount


def proposal(incident: Incident, offered: Container[str]) -> Proposal:
    """From the report alone."""
    cause = CAUSE_OF.get(incident.kind, "")
    return Proposal(
        cause if cause in offered else "",
        tuple(BREACH_OF.get(incident.kind, ())),
        tuple(kind for kind in incident.data_kinds if kind in set(DataCategory)),
        PEOPLE_BANDS.get(incident.people_band, PeopleCount()),
    )
