"""The suppliers as the register shows them. Nothing here may tell of a case that the reader may not see: not even when
a link was last used."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from incidents.case_view import shown_title
from incidents.models import Incident
from incidents.queries import may_see
from incidents.suppliers.keeping import Card, card, cards
from incidents.suppliers.links import standing_link
from incidents.suppliers.models import Supplier, SupplierTelling


@dataclass(frozen=True, slots=True)
class Row:
    """One supplier: until when its link works, and when it last told us something."""

    card: Card
    href: str
    until: datetime | None
    last_told_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToldAbout:
    """A case that the supplier told something about."""

    href: str
    title: str
    reference: str
    at: datetime


def rows(session: Session, actor: Actor, now: datetime) -> list[Row]:
    """Every supplier, by name."""
    return [row(session, actor, session.get_one(Supplier, one.id), now) for one in cards(session)]


def row(session: Session, actor: Actor, supplier: Supplier, now: datetime) -> Row:
    link = standing_link(session, supplier, now)
    last = select(func.max(SupplierTelling.told_at)).where(SupplierTelling.supplier_id == supplier.id)
    last = last.join(Incident, Incident.id == SupplierTelling.incident_id).where(may_see(actor, Operation.LIST_CASES))
    return Row(card(session, supplier), supplier.path, link.ends_at if link else None, session.scalar(last))


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
