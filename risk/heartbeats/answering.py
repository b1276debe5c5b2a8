"""A machine answers for a control, where somebody has chosen so: its success is a check that passed, its failure one
that did not. Few checks, not one a beat: as many as keep the control's year readable.

A machine never closes what a person, or another machine, found wrong.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from risk.control_status import Result
from risk.heartbeats.models import Heartbeat
from risk.heartbeats.naming import name_of
from risk.heartbeats.rules import Kind, State
from risk.models import Control, ControlCheck
from risk.service import TickForm, tick_control

SAID_WELL = N_("{name} reported that it went well.")
SAID_WRONG = N_("{name} reported a failure.")


def answer_for_control(
    session: Session, heartbeat: Heartbeat, kind: Kind, before: State, message: str, now: datetime
) -> bool:
    """Write the check that this sign of life is, if it is one; says whether it was written."""
    if not heartbeat.answers or (kind is Kind.FAIL and before is State.FAILED):
        return False
    control = session.get_one(Control, heartbeat.control_code, with_for_update=True, populate_existing=True)
    last = _latest(session, control)
    if kind is Kind.SUCCESS and not _worth_a_check(session, heartbeat, control, last, now):
        return False
    result = Result.FAIL if kind is Kind.FAIL else Result.PASS
    company = organisation(session)
    said = translate(company.language, SAID_WRONG if kind is Kind.FAIL else SAID_WELL)
    note = f"{said.replace('{name}', name_of(session, heartbeat))}\n{message}".strip()
    form = TickForm(result=result, done_on=now.astimezone(ZoneInfo(company.zone)).date(), note=note)
    tick_control(session, machine(heartbeat), control, form, (), now)
    return True


def machine(heartbeat: Heartbeat) -> Actor:
    """Who the check says has done it. It has no role and may do nothing else."""
    return Actor(machine_id(heartbeat.id))


def machine_id(heartbeat_id: str) -> str:
    return f"heartbeat:{heartbeat_id}"


def _worth_a_check(
    session: Session, heartbeat: Heartbeat, control: Control, last: ControlCheck | None, now: datetime
) -> bool:
    """Four in an interval are enough for the picture; what was wrong is right at once."""
    if last is not None and last.result == Result.FAIL:
        return last.by_id == machine_id(heartbeat.id) and not _others_fail(session, heartbeat)
    if _others_fail(session, heartbeat):
        return False
    often = max(control.interval / 4, timedelta(hours=12))
    return last is None or now - last.done_at >= often or now > control.next_due_at


def _others_fail(session: Session, heartbeat: Heartbeat) -> bool:
    others = select(Heartbeat.id).where(
        Heartbeat.control_code == heartbeat.control_code,
        Heartbeat.id != heartbeat.id,
        Heartbeat.answers,
        Heartbeat.state.in_([State.FAILED, State.MISSED]),
    )
    return session.scalar(others.limit(1)) is not None


def _latest(session: Session, control: Control) -> ControlCheck | None:
    done = select(ControlCheck).where(ControlCheck.control_code == control.code)
    return session.scalars(done.order_by(ControlCheck.done_at.desc(), ControlCheck.recorded_at.desc()).limit(1)).first()
