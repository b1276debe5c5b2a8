"""What suppliers told beside the fields of the classification: to read and to judge, never filled in by itself."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import grouped, translate
from incidents.models import Incident
from incidents.suppliers.for_notice import Party, parties
from incidents.suppliers.questions import DATA, GROUPS, HITS

SAID = N_("{name} said: {answer}.")


def beside(session: Session, incident: Incident, lang: str) -> dict[str, str]:
    """Field of the classification -> a sentence for each supplier that knows something about it."""
    found: dict[str, list[str]] = {}
    for party in parties(session, incident):
        for field, answer in _answers(party, lang).items():
            if answer:
                found.setdefault(field, []).append(translate(lang, SAID).format(name=party.name, answer=answer))
    return {field: " ".join(sentences) for field, sentences in found.items()}


def _answers(party: Party, lang: str) -> Mapping[str, str]:
    told = party.told
    return {
        "breach_types": _each(HITS, told.hits, lang),
        "data_categories": _each(DATA, told.data_kinds, lang),
        "subject_groups": _each(GROUPS, told.subject_groups, lang),
        "people": "" if told.people is None else grouped(told.people),
        "records": "" if told.records is None else grouped(told.records),
        "systems": "; ".join(filter(None, (told.systems, told.places))),
    }


def _each(labels: Mapping[str, str], codes: Iterable[str], lang: str) -> str:
    return "; ".join(translate(lang, labels[code]) for code in codes if code != "unknown")
