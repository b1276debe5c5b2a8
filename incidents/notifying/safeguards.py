"""The safeguards at the time (Art. 32): the controls of the company's rules that were in order when it happened."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.i18n import date_only
from core.organisation import organisation
from incidents.models import Incident
from incidents.notifying.template_codes import SAFEGUARDS, Filled
from risk.control_status import Result
from risk.models import Control, ControlCheck
from risk.queries import by_rule, last_checks


def safeguards(session: Session, incident: Incident, lang: str) -> Filled:
    """Which kinds, and in words which controls, each with the day it was last found in order."""
    at = incident.occurred_at or incident.detected_at or incident.reported_at
    checks = last_checks(session, at)
    kept = [
        (control, last) for control in by_rule(session) if (last := _in_order(control, checks.get(control.code), at))
    ]
    zone = organisation(session).zone
    lines = [f"{control.named(lang)}: {date_only(last.done_at, lang, zone)}" for control, last in kept]
    kinds = dict.fromkeys(kind for control, _ in kept for kind in SAFEGUARDS.get(control.code, ("other",)))
    return {75: list(kinds), 76: "\n".join(lines)}


def _in_order(control: Control, last: ControlCheck | None, at: datetime) -> ControlCheck | None:
    """The last check before that moment, when it was passed and had not run out."""
    if last is None or last.result != Result.PASS or last.done_at + control.interval + control.grace < at:
        return None
    return last
