"""How the controls stand for those who lead: the worst of them first, and the last months of a few."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from risk.control_status import Duty, Result, Status, months
from risk.controls.roll import Entry
from risk.models import Control, ControlCheck

SHOWN = timedelta(days=400)  # a little more than the twelve months of a strip
WORST = (Status.MISSED, Status.LATE, Status.FAILED)


def worst_first(entries: Iterable[Entry]) -> list[Entry]:
    """Missed, late, not in order, the rest; the longest overdue first."""

    def rank(entry: Entry) -> tuple[int, datetime]:
        return WORST.index(entry.status) if entry.status in WORST else len(WORST), entry.due_at

    return sorted(entries, key=rank)


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
