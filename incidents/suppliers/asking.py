"""Asking a supplier for facts about one case (E28): a link of its own, a day, and a mail that tells nothing of it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict, Invalid, NotFound
from core.i18n import absolute, short_moment
from core.organisation import organisation
from incidents.models import Incident
from incidents.states import ENDED
from incidents.suppliers.keeping import card
from incidents.suppliers.links import CASE_LIFE, make_link
from incidents.suppliers.models import Supplier, SupplierLink
from notifications.outbox import enqueue

USUALLY = timedelta(hours=24)
PASSED = N_("That moment has passed. Choose a later one.")
TOO_FAR = N_("The link works for 90 days. Choose an earlier moment.")


def ask(
    session: Session, actor: Actor, incident: Incident, supplier_id: str, needed_by: datetime, now: datetime
) -> str:
    """Ask one supplier, by when; the path of the link is returned once, to be handed over in another way too. Asking
    again ends the earlier link.

    Raises:
        Invalid: no such supplier, or a moment that has passed or lies too far ahead.
        Conflict: the case has ended.
    """
    if incident.state in ENDED:
        raise Conflict(N_("The case has ended. Open it again first."))
    supplier = session.get(Supplier, supplier_id)
    if supplier is None:
        raise Invalid({"supplier": N_("Choose a supplier.")})
    if not now < needed_by < now + CASE_LIFE:
        raise Invalid({"needed_by": PASSED if needed_by <= now else TOO_FAR})
    link, path = make_link(session, actor, supplier, now + CASE_LIFE, now, incident, needed_by)
    record(session, actor, "supplier:asked", incident.reference, now, case=incident.id,
           facts={"supplier": supplier.id, "needed_by": needed_by.isoformat(timespec="minutes")})  # fmt: skip
    _write(session, incident, supplier, link, path, needed_by, now)
    return path


def withdraw(session: Session, actor: Actor, incident: Incident, link_id: str, now: datetime) -> None:
    """Take the question back: the link works no more. What was told by it stays.

    Raises:
        NotFound: this case has no such link that works.
    """
    link = session.get(SupplierLink, link_id)
    if link is None or link.incident_id != incident.id or not link.works(now):
        raise NotFound()
    link.revoked_at = now
    record(session, actor, "supplier:withdrawn", incident.reference, now, case=incident.id,
           facts={"supplier": link.supplier_id})  # fmt: skip


def _write(
    session: Session, incident: Incident, supplier: Supplier, link: SupplierLink, path: str, needed_by: datetime,
    now: datetime,
) -> None:  # fmt: skip
    zone, lang = organisation(session).zone, supplier.language
    facts = {
        "reference": incident.reference,
        "path": path,
        "due": absolute(needed_by, lang, zone),
        "short_due": short_moment(needed_by, lang, zone),
    }
    enqueue(session, "supplier_asked", to=card(session, supplier).email, language=lang,
            once=f"supplier_asked:{link.id}", now=now, case=incident.id, priority=1, facts=facts)  # fmt: skip
