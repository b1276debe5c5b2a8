"""The record of processing in words: as rows, and one activity by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_
from core.i18n import day_only, translate
from core.territories import country_name
from identity.people import names
from incidents.activities.keeping import Line, lines
from incidents.activities.models import IncidentActivity
from incidents.activities.words import (
    BAND_LABELS,
    BASIS_LABELS,
    ROLE_LABELS,
    TRANSFER_LABELS,
    Basis,
    Part,
    Transfer,
    retention_in_words,
)
from incidents.case_view import shown_title
from incidents.classification import DATA_LABELS, GROUP_LABELS, SPECIAL, DataCategory, SubjectGroup
from incidents.models import Incident
from incidents.queries import may_see
from incidents.suppliers.agreement import AT_RISK, standing
from incidents.suppliers.keeping import card
from incidents.suppliers.listing import Agreement, agreement
from incidents.suppliers.models import Supplier

SOON, PAGE = timedelta(days=30), 25


@dataclass(frozen=True, slots=True)
class Review:
    """When somebody looks whether the line is still true; drawn, late or soon."""

    word: str
    level: str
    shape: str


@dataclass(frozen=True, slots=True)
class Used:
    """A processor that the activity uses."""

    href: str
    name: str
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Row:
    line: Line
    role: str
    groups: str
    people: str
    special: bool
    owner: str
    review: Review
    processors: tuple[Used, ...]

    @property
    def at_risk(self) -> bool:
        return any(one.agreement.at_risk for one in self.processors)


def page_of(every: Sequence[Line], after: str) -> tuple[list[Line], str]:
    """So many of them, and whose id the next begin after; an unknown id is the beginning."""
    begin = next((number for number, one in enumerate(every, start=1) if one.id == after), 0)
    found = list(every[begin : begin + PAGE + 1])
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else ""


def to_look_at(session: Session, every: Sequence[Line], today: date) -> tuple[int, int]:
    """How many use a supplier without a valid agreement, and how many were not reviewed in time."""
    days = select(Supplier.id, Supplier.agreement_on, Supplier.agreement_ends_on)
    working = session.execute(days.where(Supplier.archived_at.is_(None)))
    risky = {one for one, begins, ends in working if standing(begins, ends, today) in AT_RISK}
    return (
        sum(not risky.isdisjoint(one.processors) for one in every),
        sum(one.review_on is not None and one.review_on < today for one in every),
    )


def in_rows(session: Session, shown: list[Line], today: date, lang: str) -> list[Row]:
    used = _used(session, {one for line in shown for one in line.processors}, today, lang)
    people = names(session, [line.owner for line in shown])
    return [
        Row(
            line=one,
            role=translate(lang, ROLE_LABELS[Part(one.role)]),
            groups=_words([GROUP_LABELS[SubjectGroup(code)] for code in one.subject_groups], lang),
            people=translate(lang, BAND_LABELS[one.people_band]),
            special=bool({DataCategory(code) for code in one.data_categories} & (SPECIAL | {DataCategory.CRIMINAL})),
            owner=people.get(one.owner, ""),
            review=review(one.review_on, today, lang),
            processors=tuple(used[key] for key in one.processors),
        )
        for one in shown
    ]


def facts(row: Row, lang: str) -> list[tuple[str, str]]:
    """What Art. 30 asks for, each with its word; what is not known is a dash."""
    one = row.line
    pairs = [
        (N_("Role"), row.role),
        (N_("On behalf of"), one.on_behalf_of),
        (N_("Purpose"), one.purpose),
        (N_("Legal basis (GDPR Article 6)"), _words([BASIS_LABELS[Basis(code)] for code in one.legal_bases], lang)),
        (N_("Kinds of data"), _words([DATA_LABELS[DataCategory(code)] for code in one.data_categories], lang)),
        (N_("Kinds of people"), row.groups),
        (N_("How many people"), row.people),
        (N_("Where they live"), ", ".join(country_name(code, lang) for code in one.countries)),
        (N_("Recipients"), one.recipients),
        (N_("Outside the EU and the EEA"), ", ".join(country_name(code, lang) for code in one.transfers)),
        (N_("The transfer rests on"), _transfer(one, lang)),
        (N_("Kept for"), retention_in_words(one.retention_number, one.retention_unit, one.retention_trigger, lang)),
        (N_("Systems"), one.systems),
        (N_("How it is protected"), one.security),
        (N_("Owner"), row.owner),
    ]
    left_out = {N_("On behalf of")} if one.role == Part.CONTROLLER else set()
    return [(translate(lang, word), value or "–") for word, value in pairs if word not in left_out]


def review(on: date | None, today: date, lang: str) -> Review:
    if on is None:
        return Review(translate(lang, N_("No review planned")), "none", "ring")
    level, shape = ("late", "square") if on < today else ("soon", "triangle") if on - today <= SOON else ("ok", "check")
    message = N_("Review late, was due {day}") if on < today else N_("Review by {day}")
    return Review(translate(lang, message, day=day_only(on, lang)), level, shape)


def touched(session: Session, actor: Actor, activity_id: str, lang: str) -> list[tuple[str, str, str]]:
    """The cases that touched it, of those that this reader may see: address, title, reference."""
    mine = select(IncidentActivity.incident_id).where(IncidentActivity.activity_id == activity_id)
    cases = select(Incident).where(may_see(actor, Operation.LIST_CASES), Incident.id.in_(mine))
    return [
        (one.path, shown_title(one, lang), one.reference)
        for one in session.scalars(cases.order_by(Incident.reported_at.desc(), Incident.id))
    ]


def of_supplier(session: Session, supplier_id: str) -> list[Line]:
    """The activities that a supplier works in."""
    return [one for one in lines(session) if supplier_id in one.processors]


def _used(session: Session, ids: set[str], today: date, lang: str) -> dict[str, Used]:
    found = session.scalars(select(Supplier).where(Supplier.id.in_(ids)))
    return {one.id: Used(one.path, card(session, one).name, agreement(one, today, lang)) for one in found}


def _transfer(one: Line, lang: str) -> str:
    return translate(lang, TRANSFER_LABELS[Transfer(one.transfer_basis)]) if one.transfer_basis else ""


def _words(labels: list[str], lang: str) -> str:
    return "; ".join(translate(lang, label) for label in labels)
