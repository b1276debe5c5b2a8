"""What the register still says of an erased case: states, causes, counts and deadlines, and how it was erased."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import absolute, date_only, translate
from core.organisation import organisation
from identity.people import names
from incidents.case_facts import HOUSE
from incidents.case_summary import data_words, people_words
from incidents.case_view import duty_title, shown_title
from incidents.catalogue import cause_of
from incidents.classification import CLASS_LABELS, CauseClass
from incidents.erasing.view import signed
from incidents.erasing_models import ErasedPart
from incidents.models import Incident
from incidents.retention import RULES
from incidents.retention.choosing import backups_end
from incidents.states import AUTHORITY_LABELS, PEOPLE_LABELS, AuthorityTrack, PeopleTrack, State, label

Pairs = list[tuple[str, str]]
KEPT = N_("kept")
MISSED = N_("missed")


@dataclass(frozen=True, slots=True)
class ErasedCase:
    """`swept`: nothing is left in free pages and journals of the database either."""

    reference: str
    title: str
    erased: str
    rule: str
    basis: str
    signed: str
    backups_end: str
    swept: bool
    facts: Pairs
    deadlines: Pairs


def erased_case(session: Session, incident: Incident, lang: str) -> ErasedCase:
    company = organisation(session)
    part = session.get(ErasedPart, (incident.id, "case"))
    at = incident.erased_at or incident.reported_at
    who = names(session, {part.proposed_by, part.approved_by}) if part else {}
    rule = RULES.get(part.rule) if part else None
    return ErasedCase(
        incident.reference,
        shown_title(incident, lang),
        absolute(at, lang, company.zone),
        rule.title.in_(lang) if rule else "",
        rule.basis.in_(lang) if rule else "",
        signed(part, who) if part else "",
        date_only(backups_end(company, (part.swept_at if part else None) or at), lang, company.zone),
        part is not None and part.swept_at is not None,
        _facts(session, incident, part, lang, company.zone),
        _deadlines(incident, lang),
    )


def _facts(session: Session, incident: Incident, part: ErasedPart | None, lang: str, zone: str) -> Pairs:
    cause = cause_of(incident)
    kind = translate(lang, CLASS_LABELS[CauseClass(incident.cause_class)])
    into = session.scalar(select(Incident.reference).where(Incident.id == incident.merged_into_id))
    rows = [
        (N_("State"), translate(lang, label(State(incident.state)))),
        (N_("Merged into"), into or ""),
        (N_("Kind of cause"), kind),
        (N_("Cause"), cause.label.in_(lang) if cause else ""),
        (N_("What"), data_words(incident, lang)),
        (N_("Who"), people_words(incident, lang)),
        (N_("Happened"), _day(incident.occurred_at, lang, zone)),
        (N_("Noticed"), _day(incident.detected_at, lang, zone)),
        (N_("Reported"), absolute(incident.reported_at, lang, zone)),
        (N_("Moment of awareness"), absolute(incident.aware_at, lang, zone) if incident.aware_at else ""),
        (N_("Ended"), absolute(incident.closed_at, lang, zone) if incident.closed_at else ""),
        (N_("Notice to the authority"), _track(lang, AUTHORITY_LABELS, AuthorityTrack(incident.authority_track))),
        (N_("People affected"), _track(lang, PEOPLE_LABELS, PeopleTrack(incident.people_track))),
        *((translate(lang, word), str(part.kept[name])) for name, word in FIGURES if part and part.kept.get(name)),
    ]
    return [(translate(lang, word), value) for word, value in rows if value]


FIGURES = (
    ("letters", N_("Letters")),
    ("told_otherwise", N_("Told in another way")),
    ("files", N_("Files")),
)


def _track(lang: str, labels: Mapping[Any, str], track: StrEnum) -> str:
    """How far it came; nothing of one that never began."""
    begun = track not in {AuthorityTrack.NONE_YET, PeopleTrack.PREPARING}
    return translate(lang, labels[track]) if begun else ""


def _day(at: datetime | None, lang: str, zone: str) -> str:
    return date_only(at, lang, zone) if at else ""


def _deadlines(incident: Incident, lang: str) -> Pairs:
    """Which deadlines there were, and whether they were kept."""
    return [
        (duty_title(clock, lang), translate(lang, MISSED if clock.late_seconds else KEPT))
        for clock in incident.clocks
        if clock.late_seconds is not None and clock.regime != HOUSE
    ]
