"""The short facts beside the story of a case, and who reported it, as far as this reader may know."""

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import translate
from incidents.classification import DATA_LABELS, GROUP_LABELS, DataCategory, SubjectGroup
from incidents.models import Incident
from incidents.people_told import people_label
from incidents.reported import details

NOT_SAID = N_("Not known yet")


def facts(session: Session, incident: Incident, lang: str, *, open_texts: bool) -> list[tuple[str, str]]:
    """What, who, where, and the recipient."""
    rows = [
        (N_("What"), data_words(incident, lang)),
        (N_("Who"), people_words(incident, lang)),
        (N_("Where"), incident.systems),
    ]
    if open_texts:
        told = details(session, incident)
        rows += [
            (N_("Recipient"), told.get("recipient_who", "")),
            (N_("Said to be where"), told.get("where_system", "")),
            (N_("Done already"), told.get("done_already", "")),
        ]
    return [(translate(lang, word), value) for word, value in rows if value]


def reported_by(incident: Incident, lang: str) -> str:
    """How the report came, without a name."""
    ways = {
        "phone": N_("By phone"),
        "form": N_("Through the form"),
        "veris": N_("Imported"),
        "processor": N_("By a supplier, through its own link"),
    }
    return translate(lang, ways.get(incident.source, N_("Through the form")))


def data_words(incident: Incident, lang: str) -> str:
    kinds = incident.data_categories or incident.data_kinds
    known = [DATA_LABELS[DataCategory(kind)] for kind in kinds if kind in set(DataCategory)]
    return ", ".join(translate(lang, word) for word in known) or translate(lang, NOT_SAID)


def people_words(incident: Incident, lang: str) -> str:
    groups = [GROUP_LABELS[SubjectGroup(code)] for code in incident.subject_groups if code in set(SubjectGroup)]
    words = ", ".join(translate(lang, word) for word in groups)
    number = people_label(incident, lang)
    return f"{words}, {number}" if words else number[:1].upper() + number[1:]
