"""The suppliers as the register shows them. Nothing here may tell of a case that the reader may not see: not even when
a link was last used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.i18n import day_only, translate
from incidents.case_view import shown_title
from incidents.models import Incident
from incidents.queries import may_see
from incidents.suppliers.agreement import AT_RISK, FINDINGS, SHAPES, WORDS, Standing, day_of, standing
from incidents.suppliers.agreement_files import with_files
from incidents.suppliers.keeping import Card, card
from incidents.suppliers.models import Supplier, SupplierLink, SupplierTelling


@dataclass(frozen=True, slots=True)
class Agreement:
    """Where it stands: in a word, drawn, and as a sentence when somebody must do something."""

    standing: Standing
    word: str
    level: str
    shape: str
    finding: str
    at_risk: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One supplier: its agreement and whether its file is here, until when its link works, and when it last told us
    something."""

    card: Card
    href: str
    agreement: Agreement
    until: datetime | None
    last_told_at: datetime | None
    filed: bool


@dataclass(frozen=True, slots=True)
class ToldAbout:
    """A case that the supplier told something about."""

    href: str
    title: str
    reference: str
    at: datetime


def rows(
    session: Session, actor: Actor, ids: Sequence[str], now: datetime, today: date, lang: str
) -> list[Row]:  # fmt: skip
    """These suppliers, in this order."""
    links, told, filed = _links(session, ids, now), _last_told(session, actor, ids), with_files(session, ids)
    found = {one.id: one for one in session.scalars(select(Supplier).where(Supplier.id.in_(ids)))}
    return [
        Row(card(session, one), one.path, agreement(one, today, lang), links.get(id_), told.get(id_), id_ in filed)
        for id_ in ids
        if (one := found.get(id_))
    ]


def row(session: Session, actor: Actor, supplier: Supplier, now: datetime, today: date, lang: str) -> Row:
    return rows(session, actor, [supplier.id], now, today, lang)[0]


def agreement(supplier: Supplier, today: date, lang: str) -> Agreement:
    begins, ends = supplier.agreement_on, supplier.agreement_ends_on
    found = standing(begins, ends, today)
    day = day_of(found, begins, ends)
    level, shape = SHAPES[found]
    finding = translate(lang, FINDINGS[found], day=day_only(day, lang) if day else "") if found in FINDINGS else ""
    at_risk = found in AT_RISK and supplier.archived_at is None
    return Agreement(found, translate(lang, WORDS[found]), level, shape, finding, at_risk)


def told_about(session: Session, actor: Actor, supplier: Supplier, lang: str) -> list[ToldAbout]:
    """The cases this reader may see, by the latest word."""
    told = select(func.max(SupplierTelling.told_at)).where(
        SupplierTelling.supplier_id == supplier.id, SupplierTelling.incident_id == Incident.id
    )
    at = told.correlate(Incident).scalar_subquery()
    cases = select(Incident, at.label("at")).where(may_see(actor, Operation.LIST_CASES), at.is_not(None))
    return [
        ToldAbout(incident.path, shown_title(incident, lang), incident.reference, moment)
        for incident, moment in session.execute(cases.order_by(at.desc(), Incident.id))
    ]


def _links(session: Session, ids: Sequence[str], now: datetime) -> dict[str, datetime]:
    """Supplier -> until when its standing link works."""
    works = (SupplierLink.incident_id.is_(None), SupplierLink.revoked_at.is_(None), SupplierLink.ends_at > now)
    ends = select(SupplierLink.supplier_id, func.max(SupplierLink.ends_at))
    ends = ends.where(SupplierLink.supplier_id.in_(ids), *works)
    return {row[0]: row[1] for row in session.execute(ends.group_by(SupplierLink.supplier_id))}


def _last_told(session: Session, actor: Actor, ids: Sequence[str]) -> dict[str, datetime]:
    """Supplier -> when it last told us something this reader may see."""
    last = select(SupplierTelling.supplier_id, func.max(SupplierTelling.told_at))
    last = last.join(Incident, Incident.id == SupplierTelling.incident_id)
    last = last.where(SupplierTelling.supplier_id.in_(ids), may_see(actor, Operation.LIST_CASES))
    return {row[0]: row[1] for row in session.execute(last.group_by(SupplierTelling.supplier_id))}
