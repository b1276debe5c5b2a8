"""A report becomes a case: one row with its clocks, its entry in the log and its mails, in one transaction.

The sender's own key makes it idempotent: a retry, or two posts at once, finds the first report and its same code.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.access import ANONYMOUS, Actor
from core.audit import record
from core.audit.entries import Fact
from core.errors import N_, Conflict, Invalid
from core.organisation import organisation
from identity.people import holders
from incidents.forms import PhoneReport, ReportForm
from incidents.intake_mails import tell_receivers, thank_reporter
from incidents.intake_row import code_of, write_report
from incidents.involvement import exclude
from incidents.local_time import asked_which
from incidents.models import Incident
from notifications.outbox import keyed

TAILS = (4, 4, 4, 5, 5, 6)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter takes away. `again` says that the report had arrived before."""

    reference: str
    code: str
    incident: Incident
    again: bool = False


def report(
    session: Session, actor: Actor, form: ReportForm, now: datetime, *, language: str = "sv", source: str = "form"
) -> Receipt:
    """Write the incident, start its clocks, leave out who is involved, alert the others, thank the reporter.

    A reporter who is signed in finds the case under "my reports"; the log never names a reporter.

    Raises:
        Invalid: the moment it was noticed cannot be.
    """
    received = _receive(session, form, now, language, source)
    if received.again:
        return received
    if actor.signed_in and not form.not_my_account:
        received.incident.reporter_id = actor.id
    _follow_up(session, ANONYMOUS, received.incident, form, now)
    return received


def report_by_phone(
    session: Session, actor: Actor, form: PhoneReport, now: datetime, *, language: str = "sv"
) -> Receipt:
    """Write down a spoken report. The clocks count from the call: the company has known since then.

    Raises:
        Invalid: the call, or the moment it was noticed, lies in the future.
    """
    called_at = _call(session, form, now)
    received = _receive(session, form, called_at, language, "phone")
    if not received.again:
        received.incident.taken_by_phone = True
        _follow_up(session, actor, received.incident, form, now)
    return received


def report_by_supplier(
    session: Session, form: ReportForm, noticed_at: datetime | None, now: datetime, *, language: str = "sv"
) -> Receipt:
    """Write down what a processor told us. We are aware at the moment we were told, and our clocks count from it;
    when the processor became aware is kept as the moment it was noticed (EDPB 9/2022, II.A.4)."""
    received = _receive(session, form, now, language, "processor")
    if not received.again:
        received.incident.detected_at, received.incident.aware_at = noticed_at, now
        _follow_up(session, ANONYMOUS, received.incident, form, now)
    return received


def has_come(session: Session, form: ReportForm) -> bool:
    """Whether this very report arrived before: a retry, which nothing may slow down."""
    key = keyed(session, "client-uuid", form.client_uuid)
    return session.scalar(select(Incident.id).where(Incident.client_uuid == key)) is not None


def _receive(session: Session, form: ReportForm, reported_at: datetime, language: str, source: str) -> Receipt:
    """The row of a new report, or the receipt of the one that came before under the same key."""
    key = keyed(session, "client-uuid", form.client_uuid)
    for tail in TAILS:
        if known := session.scalar(select(Incident).where(Incident.client_uuid == key)):
            return Receipt(known.reference, code_of(session, form.client_uuid), known, again=True)
        try:
            with session.begin_nested():
                incident = write_report(session, form, key, reported_at, language, source, tail)
        except IntegrityError:
            continue  # the same form or the same reference, in the same moment: look again
        return Receipt(incident.reference, code_of(session, form.client_uuid), incident)
    raise Conflict(N_("The report could not be numbered. Send it again; nothing you wrote is lost."))


def _follow_up(session: Session, actor: Actor, incident: Incident, form: ReportForm, now: datetime) -> None:
    """What belongs to a new report and not to its retry."""
    left_out = _exclude(session, actor, incident, form, now)
    facts: dict[str, Fact] = {"kind": incident.kind, "source": incident.source, "clocks": len(incident.clocks)}
    record(session, actor, "incident:reported", incident.reference, now, case=incident.id,
           facts=facts, changes={"narrative": (None, form.what_happened_text)})  # fmt: skip
    tell_receivers(session, incident, now, someone_left_out=left_out)
    thank_reporter(session, incident, now)


def _exclude(session: Session, actor: Actor, incident: Incident, form: ReportForm, now: datetime) -> bool:
    """Whoever holds a role named as involved sees no trace of the case (product.md, the person involved)."""
    involved = holders(session, *form.involved) if form.involved else []
    for user in involved:
        exclude(session, actor, incident, user.id, "", now)
    return bool(involved)


def _call(session: Session, form: PhoneReport, now: datetime) -> datetime:
    typed = f"{form.reported_by_phone_at_date}T{form.reported_by_phone_at_time:%H:%M}"
    later = form.reported_by_phone_at_later == "yes" if form.reported_by_phone_at_asked else None
    called_at = asked_which(typed, organisation(session).zone, "reported_by_phone_at", later)
    if called_at > now:
        raise Invalid({"reported_by_phone_at": N_("That moment has not come yet.")})
    return called_at
