"""A leader names the controls that failed in a case and the unit it happened in."""

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Invalid
from identity.units import units
from incidents.failing.models import FailedControl, IncidentUnit
from incidents.models import Incident
from risk.queries import every_control

NOT_THERE = N_("Choose among the controls in the list.")
NO_UNIT = N_("Choose one of the units in the list.")


class FailingForm(BaseModel):
    controls: list[str] = []
    unit: str = ""


def failed_codes(session: Session, incident: Incident) -> list[str]:
    query = select(FailedControl.control_code).where(FailedControl.incident_id == incident.id)
    return list(session.scalars(query.order_by(FailedControl.control_code)))


def unit_of(session: Session, incident: Incident) -> str:
    found = session.get(IncidentUnit, incident.id)
    return found.unit if found else ""


def possible_units(session: Session, incident: Incident) -> list[str]:
    """Those that somebody works in, and the one that was chosen before, even if nobody works there any more."""
    return sorted({*units(session), unit_of(session, incident)} - {""})


def name_failed(session: Session, actor: Actor, incident: Incident, form: FailingForm, now: datetime) -> None:
    """Say what failed. What is taken away stays in the log of the case.

    Raises:
        Invalid: a control or a unit that is not there.
    """
    before, chosen = set(failed_codes(session, incident)), set(form.controls)
    wrong = {}
    if chosen - before - {control.code for control in every_control(session)}:
        wrong["controls"] = NOT_THERE
    if form.unit and form.unit not in possible_units(session, incident):
        wrong["unit"] = NO_UNIT
    if wrong:
        raise Invalid(wrong)
    where = unit_of(session, incident)
    if before == chosen and where == form.unit:
        return
    gone = delete(FailedControl).where(FailedControl.incident_id == incident.id)
    session.execute(gone.where(FailedControl.control_code.in_(before - chosen)))
    session.add_all(FailedControl(incident_id=incident.id, control_code=code, by_id=actor.id, at=now)
                    for code in sorted(chosen - before))  # fmt: skip
    _place(session, actor, incident, form.unit, now)
    record(session, actor, "incident:failing_set", incident.reference, now, case=incident.id,
           facts={"controls": sorted(chosen)},
           changes={"unit": (where or None, form.unit or None)} if where != form.unit else {})  # fmt: skip


def carry_failed(session: Session, actor: Actor, source: Incident, target: Incident, now: datetime) -> None:
    """What failed in a case that is merged failed in the one it goes up in."""
    known = set(failed_codes(session, target))
    session.add_all(FailedControl(incident_id=target.id, control_code=code, by_id=actor.id, at=now)
                    for code in failed_codes(session, source) if code not in known)  # fmt: skip
    if not unit_of(session, target) and (where := unit_of(session, source)):
        _place(session, actor, target, where, now)


def _place(session: Session, actor: Actor, incident: Incident, unit: str, now: datetime) -> None:
    found = session.get(IncidentUnit, incident.id)
    if found is not None:
        if not unit:
            session.delete(found)
        found.unit, found.by_id, found.at = unit, actor.id, now
    elif unit:
        session.add(IncidentUnit(incident_id=incident.id, unit=unit, by_id=actor.id, at=now))
