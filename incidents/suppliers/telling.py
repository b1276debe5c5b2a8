"""A supplier tells us. By its standing link that makes a case, and our awareness is the moment we were told (EDPB
9/2022, II.A.4); by the link of a case, or with the receipt code of what it told before, it adds to that case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.access import ANONYMOUS
from core.audit import record
from core.audit.entries import Fact
from core.db import new_id
from core.errors import N_, Invalid
from core.keys import seal, unseal
from core.organisation import organisation
from incidents.alerts import tell
from incidents.intake import report_by_supplier
from incidents.intake_row import code_of
from incidents.models import Incident
from incidents.receipt import hashed, parse
from incidents.suppliers.as_report import as_report
from incidents.suppliers.forms import SupplierAnswers, TellingForm
from incidents.suppliers.keeping import card
from incidents.suppliers.models import Supplier, SupplierLink, SupplierTelling
from incidents.suppliers.moments import Moments, moments
from incidents.thread import handlers_of
from notifications.outbox import keyed

WRONG_CODE = N_("Nothing has this code. Look at it once more, or call us.")


@dataclass(frozen=True, slots=True)
class Told:
    """What the supplier takes away. `again`: it had arrived before; `code` is that of the first time."""

    telling: SupplierTelling
    incident: Incident
    code: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class _Sending:
    """One post of the form: by which link, what it says, under which receipt code, and when it reached us."""

    link: SupplierLink
    form: TellingForm
    known: Moments
    code: str
    language: str
    now: datetime


def tell_us(
    session: Session, link: SupplierLink, form: TellingForm, now: datetime, *, language: str, code: str = ""
) -> Told:
    """Keep what a supplier tells, with our moment and theirs. With the code of an earlier time it is added to that.

    Raises:
        Invalid: a moment cannot be, or nothing has this code.
    """
    known = moments(form, now, organisation(session).zone)
    if found := came_before(session, link, form, code):
        return found
    sending = _Sending(link, form, known, parse(code) or code or code_of(session, form.client_uuid), language, now)
    if code:
        return _add(session, sending, session.get_one(Incident, _first(session, link, code).incident_id))
    if link.incident_id is not None:
        return _add(session, sending, session.get_one(Incident, link.incident_id))
    return _new_case(session, sending)


def came_before(session: Session, link: SupplierLink, form: TellingForm, code: str) -> Told | None:
    """A retry, which finds what it sent."""
    sent = SupplierTelling.client_uuid == keyed(session, "client-uuid", form.client_uuid)
    row = session.scalar(select(SupplierTelling).where(sent, SupplierTelling.supplier_id == link.supplier_id))
    if row is None:
        return None
    incident = session.get_one(Incident, row.incident_id)
    return Told(row, incident, code or code_of(session, form.client_uuid), again=True)


def told_with(session: Session, link: SupplierLink, typed: str) -> list[SupplierTelling]:
    """Everything told under a receipt code by the supplier of this link, the first first. What cannot be a code costs
    the same look as a wrong one."""
    query = select(SupplierTelling).where(
        SupplierTelling.supplier_id == link.supplier_id, SupplierTelling.receipt_hash == hashed(parse(typed) or typed)
    )
    return list(session.scalars(query.order_by(SupplierTelling.told_at, SupplierTelling.id)))


def case_of(session: Session, rows: Sequence[SupplierTelling]) -> Incident:
    """The case that these belong to now."""
    return _goes_on(session, session.get_one(Incident, rows[-1].incident_id))


def answers_of(session: Session, row: SupplierTelling) -> SupplierAnswers:
    """What was told, opened."""
    return SupplierAnswers.model_validate_json(unseal(session, row.incident_id, place(row), row.answers_sealed))


def place(row: SupplierTelling) -> str:
    return f"supplier_telling.answers:{row.id}"


def open_questions(session: Session, link: SupplierLink, now: datetime) -> None:
    """The supplier has begun. Noted once, and only when a button is pressed: mail scanners follow links."""
    if link.incident_id is None or link.opened_at is not None:
        return
    link.opened_at = now
    incident = session.get_one(Incident, link.incident_id)
    record(session, ANONYMOUS, "supplier:opened", incident.reference, now, case=incident.id,
           facts={"supplier": link.supplier_id})  # fmt: skip


def _first(session: Session, link: SupplierLink, code: str) -> SupplierTelling:
    found = told_with(session, link, code)
    if not found:
        raise Invalid({"code": WRONG_CODE})
    return found[0]


def _new_case(session: Session, sending: _Sending) -> Told:
    link, form, known = sending.link, sending.form, sending.known
    report = as_report(form, card(session, session.get_one(Supplier, link.supplier_id)).name)
    received = report_by_supplier(session, report, known.noticed_at, sending.now, language=sending.language)
    incident = received.incident
    if received.again:
        return came_before(session, link, form, "") or _add(session, sending, incident)
    incident.occurred_at, incident.ended_at = known.began_at, known.ended_at
    telling = _keep(session, sending, incident)
    _note(session, telling, incident)
    return Told(telling, incident, sending.code)


def _add(session: Session, sending: _Sending, asked: Incident) -> Told:
    """To a case that is there; whoever handles it hears that something came, not what."""
    incident = _goes_on(session, asked)
    try:
        with session.begin_nested():
            telling = _keep(session, sending, incident)
    except IntegrityError:  # the same form twice, in the same moment: look again
        found = came_before(session, sending.link, sending.form, sending.code)
        if found is None:
            raise
        return found
    _note(session, telling, incident)
    tell(session, incident, "supplier_told", handlers_of(session, incident), telling.id, sending.now,
         path=f"{incident.path}/suppliers")  # fmt: skip
    return Told(telling, incident, sending.code)


def _keep(session: Session, sending: _Sending, incident: Incident) -> SupplierTelling:
    form = sending.form
    row = SupplierTelling(
        id=new_id(),
        link_id=sending.link.id,
        supplier_id=sending.link.supplier_id,
        incident_id=incident.id,
        client_uuid=keyed(session, "client-uuid", form.client_uuid),
        receipt_hash=hashed(sending.code),
        told_at=sending.now,
        processor_aware_at=sending.known.noticed_at,
        language=sending.language,
    )
    row.answers_sealed = seal(session, incident.id, place(row), form.model_dump_json(exclude={"client_uuid"}))
    session.add(row)
    session.flush()
    return row


def _note(session: Session, telling: SupplierTelling, incident: Incident) -> None:
    """The log keeps both instants in clear; the answers stay under the key of the case."""
    aware = telling.processor_aware_at
    facts: dict[str, Fact] = {
        "supplier": telling.supplier_id,
        "processor_aware_at": aware.isoformat(timespec="minutes") if aware else None,
    }
    record(session, ANONYMOUS, "supplier:told", incident.reference, telling.told_at, case=incident.id, facts=facts)


def _goes_on(session: Session, incident: Incident) -> Incident:
    """A case that was merged goes on in another."""
    while incident.merged_into_id is not None:
        incident = session.get_one(Incident, incident.merged_into_id)
    return incident
