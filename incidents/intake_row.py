"""The row of a new report: the answers, the sealed story, and the clocks that start with it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.db import new_id
from core.i18n import translate
from core.organisation import organisation
from incidents.clock_opening import first_clocks
from incidents.forms import ReportForm
from incidents.models import Incident
from incidents.noticed import happened, noticed
from incidents.questions import KINDS
from incidents.receipt import hashed, make_code, new_reference
from incidents.reported import seal_report
from incidents.search import search_text


def write_report(
    session: Session, form: ReportForm, key: str, reported_at: datetime, language: str, source: str, tail: int
) -> Incident:
    """Add the incident to the transaction. `key` is the hash of the sender's own key, `tail` the length of the number.

    Raises:
        IntegrityError: the same key or the same reference is there already.
    """
    company = organisation(session)
    zone = company.zone
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
    incident.clocks = first_clocks(company, reported_at)
    session.add(incident)
    session.flush()
    return incident


def code_of(session: Session, client_uuid: str) -> str:
    """The receipt code of a sender's key. It is never stored, only made again from what the sender holds."""
    return make_code(session.info["keyring"].derive("receipt"), client_uuid)


def _texts(form: ReportForm) -> dict[str, str]:
    return {name: str(value) for name, value in form.model_dump().items() if isinstance(value, str)}
