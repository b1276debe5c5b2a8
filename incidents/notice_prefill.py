"""The first draft of a notice: everything the case knows, in the language of the authority. Nothing is asked twice."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Role
from core.i18n import absolute, translate
from core.keys import unseal
from core.organisation import Organisation, organisation
from identity.people import holders
from incidents.alerts import excluded
from incidents.case_notes import NoteKind, note_text
from incidents.catalogue import cause_of
from incidents.classification import (
    BREACH_LABELS,
    DATA_LABELS,
    GROUP_LABELS,
    BreachType,
    DataCategory,
    SubjectGroup,
)
from incidents.models import CaseNote, Incident
from incidents.people_count import PeopleCount
from notifications.notice_fields import FIELDS, Answer, stated

Code = TypeVar("Code", bound=StrEnum)


def prefill(session: Session, incident: Incident, lang: str) -> dict[str, Answer]:
    """An answer under every item: known from the case, or stated as not known yet (Art. 33(4))."""
    company = organisation(session)
    known = {
        "controller": ", ".join(part for part in (company.name, company.number) if part),
        "address": ", ".join(line.strip() for line in company.address.splitlines() if line.strip()),
        "reference": incident.reference,
        "contact": _contact(session, incident, company),
        "nature": unseal(session, incident.id, f"incident.narrative:{incident.id}", incident.narrative_sealed),
        "cause": _cause(incident, lang),
        "breach_types": _words(BREACH_LABELS, map(BreachType, incident.breach_types), lang),
        "people_categories": _words(GROUP_LABELS, map(SubjectGroup, incident.subject_groups), lang),
        "people_count": _people(incident, lang),
        "cross_border": ", ".join(incident.countries),
        "data_categories": _words(DATA_LABELS, map(DataCategory, incident.data_categories), lang),
        "records_count": "" if incident.records_count is None else str(incident.records_count),
        "measures_taken": _contained(session, incident),
        **_times(incident, lang, company.zone),
    }
    return {field.code: stated(known.get(field.code, "")) for field in FIELDS if not field.only_when_late}


def _times(incident: Incident, lang: str, zone: str) -> dict[str, str]:
    moments = {
        "occurred": incident.occurred_at,
        "ended": incident.ended_at or incident.contained_at,
        "detected": incident.detected_at,
        "aware": incident.aware_at or incident.reported_at,
    }
    return {code: _moment(at, lang, zone) for code, at in moments.items()}


def _moment(at: datetime | None, lang: str, zone: str) -> str:
    return absolute(at, lang, zone) if at else ""


def _contact(session: Session, incident: Incident, company: Organisation) -> str:
    """The DPO, else the manager; never somebody involved in the case."""
    left_out = excluded(session, incident)
    people = holders(session, Role.DPO, without=left_out) or holders(session, Role.MANAGER, without=left_out)
    if not people:
        return company.phone
    return ", ".join(part for part in (people[0].name, people[0].email, people[0].phone or company.phone) if part)


def _cause(incident: Incident, lang: str) -> str:
    card = cause_of(incident)
    return card.label.in_(lang) if card else ""


def _people(incident: Incident, lang: str) -> str:
    count = PeopleCount(incident.people_min, incident.people_max)
    sentence, numbers = count.label
    return translate(lang, sentence, **numbers) if count.known else ""


def _contained(session: Session, incident: Incident) -> str:
    """How the leak was stopped, in the words of whoever stopped it."""
    query = select(CaseNote).where(CaseNote.incident_id == incident.id, CaseNote.kind == NoteKind.CONTAINED)
    return "\n".join(note_text(session, note) for note in session.scalars(query.order_by(CaseNote.happened_at)))


def _words(labels: Mapping[Code, str], codes: Iterable[Code], lang: str) -> str:
    """What is ticked, in words. "Don't know" is no knowledge."""
    return ", ".join(translate(lang, labels[code]) for code in codes if code != "unknown")
