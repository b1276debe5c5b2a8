"""The first draft of a notice: everything the case knows, in the language of the authority. Nothing is asked twice."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.i18n import translate
from core.organisation import Organisation, organisation
from identity.models import User
from identity.people import holders, person
from identity.titles import titles
from incidents.activities.for_notice import from_registers, named_party
from incidents.alerts import excluded
from incidents.bundling.facts import as_one
from incidents.case_notes import NoteKind, note_text
from incidents.classification import DATA_LABELS, GROUP_LABELS, DataCategory, SubjectGroup
from incidents.models import CaseNote, Incident
from incidents.notifying.conclusions import conclusions
from incidents.notifying.correcting import stated
from incidents.notifying.crossing import crossing
from incidents.notifying.safeguards import safeguards
from incidents.notifying.template_codes import FOUND_BY, FOUND_IN_WORDS, Filled, data, groups, kind_of_incident, origin
from incidents.people_count import PeopleCount
from incidents.reported import narrative, reporter
from incidents.suppliers.for_notice import in_their_words, other_party
from notifications.edpb.answers import Answer, Source, known
from notifications.edpb.card import template
from notifications.establishment import establishment

Code = TypeVar("Code", bound=StrEnum)
OPEN = "to_be_determined"


def prefill(session: Session, actor: Actor, incident: Incident, lang: str) -> dict[int, Answer]:
    """An answer to every question the case can answer; an open choice where it is asked and not known (Art. 33(4))."""
    company, whole = organisation(session), as_one(session, incident)
    party = other_party(session, incident, lang)
    told: dict[int, str | Iterable[str]] = {
        7: incident.reference,
        **_controller(session, company),
        **_people_in_charge(session, actor, incident, company, lang),
        **_course(session, incident, whole, lang),
        **_nature(session, incident, whole),
        **_extent(whole, lang),
        **safeguards(session, incident, lang),
        **_lasting(session, incident),
        **conclusions(session, incident, lang),
        **party,
        **named_party(session, incident, party),
    }
    for number, text in (*in_their_words(session, incident).items(), *from_registers(session, incident).items()):
        told[number] = told.get(number) or text
    answers = {number: _answer(number, value) for number, value in told.items()} | crossing(session, incident)
    return {number: answer for number, answer in answers.items() if answer.values}


def _answer(number: int, value: str | Iterable[str]) -> Answer:
    """Of choices only those that the question offers: a country outside the EEA is none of them."""
    question, said = template().questions[number], [value] if isinstance(value, str) else list(value)
    return known(*(one for one in said if not question.choices or question.choice(one)), source=Source.CASE)


def _controller(session: Session, company: Organisation) -> Filled:
    where = establishment(session, company)
    address = [line.strip() for line in company.address.splitlines() if line.strip()]
    return {
        10: "organisation_number" if company.number else "",
        11: company.number,
        12: company.name,
        13: ", ".join([*address, *([company.phone] if company.phone else [])]),
        18: where.representative if where.outside else "",
        19: where.representative_contact if where.outside else "",
    }


def _people_in_charge(session: Session, actor: Actor, incident: Incident, company: Organisation, lang: str) -> Filled:
    """Who reports it, and the DPO, else the manager, as contact; never somebody involved in the case."""
    left_out = excluded(session, incident)
    officer = next(iter(holders(session, Role.DPO, without=left_out)), None)
    writer = person(session, actor.id)
    return {
        21: writer.name if writer else "",
        22: _reach(writer, company),
        23: "dpo" if officer and officer.id == actor.id else "other",
        24: ", ".join(translate(lang, title) for title in titles(actor.roles)[:1]),
        29: "yes" if officer else "no",
        30: officer.name if officer else "",
        31: _reach(officer, company),
        33: "dpo" if officer else "reporting_person",
    }


def _reach(user: User | None, company: Organisation) -> str:
    return ", ".join(part for part in (user.email, user.phone or company.phone) if part) if user else ""


def _course(session: Session, incident: Incident, whole: Incident, lang: str) -> Filled:
    """When it happened, when the company knew, and how it was found. `whole` is all that the notice tells of."""
    relation = reporter(session, incident).reporter_relation
    found = FOUND_BY.get(relation, "")
    began, ended = whole.occurred_at, whole.ended_at or whole.contained_at
    return {
        44: _span(whole, began, ended, organisation(session).zone),
        46: _moment(began),
        47: _moment(ended),
        48: _moment(stated(whole)),
        50: found,
        51: translate(lang, FOUND_IN_WORDS[relation]) if found else "",
        52: incident.reported_at.date().isoformat() if found and found != "controller" else "",
    }


def _span(incident: Incident, began: datetime | None, ended: datetime | None, zone: str) -> str:
    """One day or several, as the company's own calendar has it."""
    if began is None:
        return OPEN
    if ended is None:
        return "ongoing" if incident.still_going_on == "yes" else "specific_day"
    first, last = (at.astimezone(ZoneInfo(zone)).date() for at in (began, ended))
    return "specific_day" if first == last else "date_range"


def _nature(session: Session, incident: Incident, whole: Incident) -> Filled:
    return {
        55: whole.breach_types,
        60: kind_of_incident(incident.cause_code),
        61: origin(incident.cause_class, incident.cause_code),
        62: narrative(session, incident),
        63: whole.systems,
        92: _written(session, incident, NoteKind.CONTAINED),
    }


def _extent(incident: Incident, lang: str) -> Filled:
    """Groups and numbers of people, kinds and numbers of data."""
    count = PeopleCount(incident.people_min, incident.people_max)
    records = incident.records_count
    return {
        65: groups(incident.subject_groups) or "not_yet_known",
        66: _words(GROUP_LABELS, map(SubjectGroup, incident.subject_groups), lang),
        67: OPEN if count.least is None else "exact" if count.least == count.most else "approximate",
        68: "" if count.least is None else str(count.most or count.least),
        70: data(incident.data_categories) or "not_yet_known",
        71: _words(DATA_LABELS, map(DataCategory, incident.data_categories), lang),
        72: OPEN if records is None else "approximate",
        73: "" if records is None else str(records),
    }


def _lasting(session: Session, incident: Incident) -> Filled:
    """The lesson is what shall keep it from happening again; of which kind it is, its words say."""
    lesson = _written(session, incident, NoteKind.LESSON)
    return {94: "other", 95: lesson} if lesson else {}


def _written(session: Session, incident: Incident, kind: NoteKind) -> str:
    """How the leak was stopped, or what was learnt, in the words of whoever wrote it down."""
    query = select(CaseNote).where(CaseNote.incident_id == incident.id, CaseNote.kind == kind)
    return "\n".join(note_text(session, note) for note in session.scalars(query.order_by(CaseNote.happened_at)))


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _words(labels: Mapping[Code, str], codes: Iterable[Code], lang: str) -> str:
    """What is ticked, in words. "Don't know" is no knowledge."""
    return ", ".join(translate(lang, labels[code]) for code in codes if code != "unknown")
