"""How the controls stand, all of them in a few numbers and the worst of them one by one: for those who lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from risk.control_status import Duty, Result, Status, months, status
from risk.models import Control, ControlCheck
from risk.queries import adopted, last_check

SHOWN = timedelta(days=400)  # a little more than the twelve months of a strip
WORST = (Status.MISSED, Status.LATE)


@dataclass(frozen=True, slots=True)
class Standing:
    """One control; `failed`: its last check found it not in order."""

    control: Control
    status: Status
    failed: bool

    @property
    def in_time(self) -> bool:
        return self.status not in WORST

    @property
    def rank(self) -> tuple[int, datetime]:
        """Missed, late, not in order, the rest; the longest overdue first."""
        found = [self.status is Status.MISSED, self.status is Status.LATE, self.failed, True]
        return found.index(True), self.control.next_due_at


def standings(session: Session, actor: Actor, now: datetime) -> list[Standing]:
    """Each control this actor may see, the worst first: two queries, however many there are."""
    controls = adopted(session, actor)
    latest = _latest(session)
    found = [
        Standing(
            control,
            status(control.next_due_at, control.interval, control.grace, now, ever=control.code in latest),
            latest.get(control.code) == Result.FAIL,
        )
        for control in controls
    ]
    return sorted(found, key=lambda one: one.rank)


def strips(session: Session, controls: Sequence[Control], now: datetime, zone: str) -> dict[str, list[str]]:
    """The last twelve months of these controls, as codes of the picture."""
    codes = [control.code for control in controls]
    checks = ControlCheck.control_code.in_(codes), ControlCheck.done_at > now - SHOWN
    query = select(ControlCheck.control_code, ControlCheck.due_at, ControlCheck.done_at, ControlCheck.result)
    duties: dict[str, list[Duty]] = {control.code: [Duty(control.next_due_at, None)] for control in controls}
    for code, due_at, done_at, result in session.execute(query.where(*checks)):
        duties[code].append(Duty(due_at, done_at, result == Result.FAIL))
    return {control.code: months(duties[control.code], control.grace, now, zone) for control in controls}


def title_of(control: Control, lang: str) -> str:
    return control.card.title.in_(lang)


def _latest(session: Session) -> dict[str, str]:
    """The result of the last check of each control that was ever done."""
    query = select(Control.code, ControlCheck.result).join(ControlCheck, ControlCheck.id == last_check())
    return {row.code: row.result for row in session.execute(query)}
