"""The first step: what is due becomes a row. The highest level of a clock is to be told, those before are overtaken."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, overload

from sqlalchemy import ColumnElement, case, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, contains_eager

from core.access import SYSTEM
from core.audit import record
from core.db import UtcDateTime
from incidents.clock_rows import facts
from incidents.escalation import Raised, Step, levels_due, next_alarm
from incidents.models import ClockLevel, IncidentClock
from incidents.ticking.moments import Present
from incidents.ticking.waiting import TO_TELL

BATCH = 20
Key = tuple[str, int]


def due_clocks(
    session: Session, present: Present, skip: Collection[str] = (), limit: int = BATCH
) -> list[IncidentClock]:
    """The clocks whose next alarm has come, with their cases; what another tick holds is left to it."""
    query = select(IncidentClock).join(IncidentClock.incident).options(contains_eager(IncidentClock.incident))
    query = query.where(is_due(present, skip)).order_by(IncidentClock.next_at, IncidentClock.id).limit(limit)
    return list(session.scalars(query.with_for_update(of=IncidentClock, skip_locked=True)))


def is_due(present: Present, skip: Collection[str] = ()) -> ColumnElement[bool]:
    due = IncidentClock.stopped_at.is_(None) & (IncidentClock.next_at <= present.latest)
    return due & IncidentClock.id.not_in(skip) if skip else due


def raise_levels(session: Session, clocks: Sequence[IncidentClock], present: Present) -> int:
    """Write the levels of these clocks that are due; returns how many are new."""
    there = _levels_of(session, clocks)
    rows = [row for clock in clocks for row in _raise(session, clock, there[clock.id, clock.round], present)]
    written = _write(session, rows)
    cases = {clock.id: clock for clock in clocks}
    for row in rows:
        if (row["clock_id"], row["level"]) in written:
            _note(session, cases[row["clock_id"]], row, present)
    return len(written)


def _raise(session: Session, clock: IncidentClock, there: list[ClockLevel], present: Present) -> list[dict[str, Any]]:
    """What is new on one clock. Where nothing is, the alarm that is out may be due once more."""
    due = levels_due(facts(clock), present.latest)
    known = {row.level for row in there}
    top = due[-1][0] if due else None
    if top is not None and top.level not in known:
        _overtake(session, clock, there, present)
        last: Raised | None = Raised(top, 1, present.latest)
    else:
        last = _again(session, clock, [step for step, _ in due], there, present)
    clock.next_at = next_alarm(facts(clock), last, present.latest)
    same = {"clock_id": clock.id, "round": clock.round, "raised_at": present.latest, "alarms": 0}
    return [
        same | {"level": step.level.value, "due_at": fell_at, "overtaken": step is not top}
        for step, fell_at in due
        if step.level not in known
    ]


def _write(session: Session, rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """The primary key is the last guard: a second insert of a level changes nothing, on both databases."""
    if not rows:
        return set()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(ClockLevel).values(rows).on_conflict_do_nothing()
    returned = session.execute(insert.returning(ClockLevel.clock_id, ClockLevel.level))
    return {(row.clock_id, row.level) for row in returned}


def _note(session: Session, clock: IncidentClock, row: dict[str, Any], present: Present) -> None:
    record(session, SYSTEM, "clock:level_raised", clock.incident.reference, present.now, case=clock.incident_id,
           facts={"level": row["level"], "duty": clock.duty, "round": clock.round, "overtaken": row["overtaken"],
                  "fell_at": row["due_at"].isoformat(timespec="minutes")})  # fmt: skip


def _overtake(session: Session, clock: IncidentClock, there: list[ClockLevel], present: Present) -> None:
    """An alarm that was still to be told gives way to the higher one; not one that another tick is telling just now."""
    if any(row.told_at is None and not row.overtaken for row in there):
        heard = case((ClockLevel.alarms > 0, literal(present.latest, UtcDateTime())))
        these = ClockLevel.clock_id == clock.id, ClockLevel.round == clock.round, TO_TELL
        change = update(ClockLevel).where(*these).values(overtaken=ClockLevel.alarms == 0, told_at=heard)
        session.execute(change.execution_options(synchronize_session=False))


def _again(
    session: Session, clock: IncidentClock, steps: list[Step], there: list[ClockLevel], present: Present
) -> Raised | None:
    """Nobody answered the alarm that is out, or nothing came of the answer: it is to be told once more."""
    told = [row for row in there if not row.overtaken]
    row = max(told, key=lambda one: (one.due_at, one.level), default=None)
    step = next((step for step in steps if row is not None and step.level == row.level), None)
    if row is None or step is None:
        return None
    if row.told_at is None:
        return Raised(step, row.alarms + 1, present.latest)
    last = Raised(step, max(row.alarms, 1), _real(row, row.told_at, present), _real(row, row.acknowledged_at, present))
    again_at = last.again_at()
    if again_at is None or again_at > present.latest:
        return last
    row.told_at, row.acknowledged_at, row.acknowledged_by = None, None, None
    record(session, SYSTEM, "clock:alarm_repeated", clock.incident.reference, present.now, case=clock.incident_id,
           facts={"level": row.level, "duty": clock.duty, "round": clock.round, "count": row.alarms + 1,
                  "answered": last.acknowledged_at is not None})  # fmt: skip
    return Raised(step, row.alarms + 1, present.latest)


@overload
def _real(row: ClockLevel, moment: datetime, present: Present) -> datetime: ...
@overload
def _real(row: ClockLevel, moment: datetime | None, present: Present) -> datetime | None: ...
def _real(row: ClockLevel, moment: datetime | None, present: Present) -> datetime | None:
    """A clock that ran ahead has told too early: what follows is counted from the moment the level really fell."""
    return row.due_at if moment is not None and moment > present.latest else moment


def _levels_of(session: Session, clocks: Sequence[IncidentClock]) -> defaultdict[Key, list[ClockLevel]]:
    found: defaultdict[Key, list[ClockLevel]] = defaultdict(list)
    for row in session.scalars(select(ClockLevel).where(ClockLevel.clock_id.in_([clock.id for clock in clocks]))):
        found[row.clock_id, row.round].append(row)
    return found
