"""A control fails, and the risks that lean on it are likelier today; it is in order again, and they fall back.

Nothing is decided here: what a person set stays as it is, the step on top is one in all and bounded (`rules.raised`),
and everything is told with its reason. Any number of workers may call this: the risk is locked first, and one open row
a risk and control is all that the table holds.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.db import new_id
from risk.control_status import Result, Status, status
from risk.heartbeats.models import Heartbeat
from risk.heartbeats.rules import State as Beat
from risk.models import Control, ControlCheck
from risk.once import insert_once
from risk.register.mails import tell_control
from risk.register.matrix import Standing
from risk.register.models import Risk, RiskRaise
from risk.register.noting import note
from risk.register.queries import failing, leaning_on
from risk.register.rules import LIVING, ControlStands, raised

BAD = frozenset(ControlStands) - {ControlStands.IN_ORDER}
MACHINES = {Beat.FAILED: ControlStands.FAILED, Beat.MISSED: ControlStands.MISSED}
OVERDUE = {Status.LATE: ControlStands.LATE, Status.MISSED: ControlStands.MISSED}


def control_changed(session: Session, control: Control, standing: str, now: datetime) -> int:
    """Tell the risks how a control stands: `in_order`, `failed`, `late` or `missed`. The same news again does nothing.
    Returns how many risks moved or got a new reason.
    """
    found = ControlStands(standing)
    moved = 0
    for risk in leaning_on(session, control.code):
        if found in BAD:
            moved += raise_for(session, risk, control, found, now)
        else:
            moved += lift(session, risk, control.code, now)
    return moved


def look_again(session: Session, control: Control, now: datetime) -> int:
    """Tell the risks how a control stands now, all in all: by its due day, its last check and its machines."""
    session.flush()
    return control_changed(session, control, stands_now(session, control, now), now)


def raise_for(session: Session, risk: Risk, control: Control, standing: ControlStands, now: datetime) -> bool:
    """One more reason why the risk stands a step higher; says whether it is a new one. A control that was late and is
    missed now is the same reason."""
    made = insert_once(
        session, RiskRaise, id=new_id(), risk_id=risk.id, control_code=control.code, control_stands=str(standing),
        since=now,
    )  # fmt: skip
    if not made:
        return False
    before = _stand_anew(session, risk)
    change = note(session, SYSTEM, risk, "raised", now, before=before, control=control.code, stands=str(standing))
    tell_control(session, risk, control, change, now)
    return True


def lift(session: Session, risk: Risk, code: str, now: datetime) -> bool:
    """The control fails no longer, or the risk leans on it no more; says whether there was something to lift."""
    open_ones = (RiskRaise.risk_id == risk.id, RiskRaise.control_code == code, RiskRaise.lifted_at.is_(None))
    gone = session.execute(update(RiskRaise).where(*open_ones).values(lifted_at=now))
    if not gone.rowcount:  # type: ignore[attr-defined]
        return False
    before = _stand_anew(session, risk)
    note(session, SYSTEM, risk, "fell", now, before=before, control=code, stands=str(ControlStands.IN_ORDER))
    return True


def stands_now(session: Session, control: Control, now: datetime) -> ControlStands:
    """How a control stands at this moment, by its due day, its last check, and the machines that report to it. One that
    is only late is still awaited: that alone raises nothing.
    """
    latest = select(ControlCheck.result).where(ControlCheck.control_code == control.code)
    result = session.scalar(latest.order_by(ControlCheck.done_at.desc(), ControlCheck.recorded_at.desc()).limit(1))
    due = status(control.next_due_at, control.interval, control.grace, now, ever=result is not None)
    if due in OVERDUE:
        return OVERDUE[due]
    if result == Result.FAIL:
        return ControlStands.FAILED
    silent = select(Heartbeat.state).where(Heartbeat.control_code == control.code, Heartbeat.state.in_(list(MACHINES)))
    return max((MACHINES[Beat(one)] for one in session.scalars(silent)), default=ControlStands.IN_ORDER)


def _stand_anew(session: Session, risk: Risk) -> Standing:
    """Reckon the likelihood of today; returns where the risk stood before. What ended stays as it ended."""
    session.flush()
    before = risk.current
    if risk.state in LIVING:
        risk.stand_at(raised(risk.likelihood, [one.control_code for one in failing(session, risk)]))
    return before
