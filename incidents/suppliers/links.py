"""The links of suppliers: 256 random bits in the address, only their hash stored. One that is made anew ends the
earlier; unknown, ended and taken back look alike."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.db import new_id
from core.errors import NotFound
from incidents.models import Incident
from incidents.receipt import hashed
from incidents.suppliers.keeping import card
from incidents.suppliers.models import Supplier, SupplierLink
from notifications.outbox import enqueue

STANDING_LIFE = timedelta(days=2 * 365)
CASE_LIFE = timedelta(days=90)


def give_link(session: Session, actor: Actor, supplier: Supplier, now: datetime, *, by_mail: bool) -> str:
    """The path of a standing link, which the supplier keeps for the day something happens. It is shown once."""
    link, path = make_link(session, actor, supplier, now + STANDING_LIFE, now)
    record(session, actor, "supplier:link_made", supplier.id, now,
           facts={"until": link.ends_at.isoformat(timespec="minutes"), "by_mail": by_mail})  # fmt: skip
    if by_mail:
        enqueue(session, "supplier_link", to=card(session, supplier).email, language=supplier.language,
                once=f"supplier_link:{link.id}", now=now, facts={"path": path})  # fmt: skip
    return path


def take_back(session: Session, actor: Actor, supplier: Supplier, now: datetime) -> None:
    """The standing link works no more. What was told by it stays.

    Raises:
        NotFound: there is none that works.
    """
    link = standing_link(session, supplier, now)
    if link is None:
        raise NotFound()
    link.revoked_at = now
    record(session, actor, "supplier:link_revoked", supplier.id, now)


def standing_link(session: Session, supplier: Supplier, now: datetime) -> SupplierLink | None:
    """The one that works now."""
    query = _of(supplier, None).where(SupplierLink.revoked_at.is_(None), SupplierLink.ends_at > now)
    return session.scalar(query.order_by(SupplierLink.made_at.desc()))


def make_link(
    session: Session, actor: Actor, supplier: Supplier, ends_at: datetime, now: datetime,
    incident: Incident | None = None, needed_by: datetime | None = None,
) -> tuple[SupplierLink, str]:  # fmt: skip
    """A fresh link in the place of the one for the same purpose, and its path."""
    earlier = [link.id for link in session.scalars(_of(supplier, incident)) if link.works(now)]
    session.execute(update(SupplierLink).where(SupplierLink.id.in_(earlier)).values(revoked_at=now))
    token = secrets.token_urlsafe(32)
    link = SupplierLink(
        id=new_id(),
        supplier_id=supplier.id,
        incident_id=incident.id if incident else None,
        token_hash=hashed(token),
        made_by=actor.id,
        made_at=now,
        ends_at=ends_at,
        needed_by=needed_by,
    )
    session.add(link)
    session.flush()
    return link, f"/tell/{token}?lang={supplier.language}"


def link_of(session: Session, token: str, now: datetime) -> SupplierLink | None:
    """The link of a token, while it works."""
    link = session.scalar(select(SupplierLink).where(SupplierLink.token_hash == hashed(token)))
    return link if link is not None and link.works(now) else None


def links_of(session: Session, incident: Incident) -> Sequence[SupplierLink]:
    """Every time a supplier was asked about this case, the latest first."""
    asked = select(SupplierLink).where(SupplierLink.incident_id == incident.id)
    return session.scalars(asked.order_by(SupplierLink.made_at.desc(), SupplierLink.id)).all()


def _of(supplier: Supplier, incident: Incident | None) -> Select[SupplierLink]:
    purpose = SupplierLink.incident_id.is_(None) if incident is None else SupplierLink.incident_id == incident.id
    return select(SupplierLink).where(SupplierLink.supplier_id == supplier.id, purpose)
