"""The row of a new report: the answers, the sealed story, and the clocks that start with it."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.db import new_id
from core.i18n import translate
from core.organisation import organisation
from incidents.clock import open_clocks
from incidents.escalation import ClockFacts, Duty, levels
from incidents.forms import ReportForm
from incidents.models import Incident, IncidentClock
from incidents.noticed import happened, noticed
from incidents.questions import KINDS
from incidents.receipt import hashed, make_code, new_reference
from incidents.regimes import REGIMES
from incidents.reported import seal_report
from incidents.search import search_text

STARTED_BY_A_REPORT = ("house", "gdpr")


def write_report(
    session: Session, form: ReportForm, key: str, reported_at: datetime, language: str, source: str, tail: int
) -> Incident:
    """Add the incident to the transaction. `key` is the hash of the sender's own key, `tail` the length of the number.

    Raises:
        IntegrityError: the same key or the same reference is there already.
    """
    zone = organisation(session).zone
    detected_at, precision = noticed(form, reported_at, zone)
    incident = Incident(
        id=new_id(),
        reference=new_reference(reported_at.astimezone(ZoneInfo(zone)).year, tail),
        client_uuid=key,
        receipt_hash=hashed(code_of(session, form.client_uuid)),
        source=source,
        language=language,
        kind=form.what_happened_kind.value,
        still_going_on=form.still_going_on.value,
        people_band=form.people_band.value,
        data_kinds=[kind.value for kind in form.data_kinds],
        noticed_precision=precision.value,
        occurred_at=happened(form, reported_at, zone),
        detected_at=detected_at,
        reported_at=reported_at,
        title=translate(language, KINDS[form.what_happened_kind]),
    )
    incident.search = search_text(incident)
    seal_report(session, incident, form.what_happened_text, _texts(form))
    incident.clocks = [clock for code in STARTED_BY_A_REPORT for clock in _clocks(code, reported_at)]
    session.add(incident)
    session.flush()
    return incident


def code_of(session: Session, client_uuid: str) -> str:
    """The receipt code of a sender's key. It is never stored, only made again from what the sender holds."""
    return make_code(session.info["keyring"].derive("receipt"), client_uuid)


def _clocks(code: str, reported_at: datetime) -> Iterable[IncidentClock]:
    """The clocks of a regime, cautiously from the report: somebody with a reason may later set when we were aware."""
    for deadline in open_clocks(REGIMES[code], reported_at):
        ladder = levels(ClockFacts(Duty(deadline.duty), reported_at, deadline.due_at))
        yield IncidentClock(
            regime=code,
            duty=deadline.duty,
            basis=deadline.basis,
            started_at=reported_at,
            due_at=deadline.due_at,
            latest_arguable_at=deadline.latest_arguable_at,
            next_at=ladder[0][1] if ladder else None,
        )


def _texts(form: ReportForm) -> dict[str, str]:
    return {name: str(value) for name, value in form.model_dump().items() if isinstance(value, str)}
