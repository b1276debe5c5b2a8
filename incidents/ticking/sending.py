"""The third step: was the alarm taken by a relay? Until it is, and at once for the gravest levels, the second channel
is asked as well, once for each alarm."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, exists, func, or_, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from incidents.models import ClockLevel, Exclusion, Incident, IncidentClock, LevelAlarm
from incidents.ticking.moments import Present
from incidents.ticking.waiting import TO_TELL, UNSENT
from incidents.ticking.wording import Alarm
from notifications.breaker import relay_state
from notifications.channels import announce
from notifications.channels.announcing import Plain
from notifications.models import OutboxMessage

SOON = timedelta(seconds=45)  # and fifteen more to the next tick: seen elsewhere within a minute
AT_ONCE = 50
LEVEL = "clock.level"
Key = tuple[str, int, str]

KEY = tuple_(ClockLevel.clock_id, ClockLevel.round, ClockLevel.level)


def to_announce(session: Session, present: Present) -> list[Key]:
    """The alarms that the second channel has not been asked about and should be now, the oldest first."""
    query = select(ClockLevel, IncidentClock, Incident, _taken().label("taken")).where(UNSENT, _running())
    query = query.where(ClockLevel.second_at.is_(None)).join(IncidentClock, IncidentClock.id == ClockLevel.clock_id)
    rows = session.execute(query.join(IncidentClock.incident).order_by(ClockLevel.due_at)).all()
    if not rows:
        return []
    resting = relay_state(session).resting(present.now)
    overdue = overdue_keys(session, present.now)
    found = []
    for row, clock, incident, taken in rows:
        key = (row.clock_id, row.round, row.level)
        if Alarm(row, clock, incident).step.second_channel or (taken is None and (resting or key in overdue)):
            found.append(key)
    return found


def announce_alarms(session: Session, keys: Sequence[Key], present: Present) -> None:
    """Write these alarms for the second channel: codes and times, no words and nothing of the case."""
    these = ClockLevel.clock_id.in_({key[0] for key in keys}) & KEY.in_(keys)  # SQLite seeks only by the first of both
    query = select(ClockLevel, IncidentClock, Incident).where(these, ClockLevel.second_at.is_(None))
    query = query.join(IncidentClock, IncidentClock.id == ClockLevel.clock_id).join(IncidentClock.incident)
    for row, clock, incident in session.execute(query.with_for_update(of=ClockLevel, skip_locked=True)):
        facts: dict[str, Plain] = {
            "reference": incident.reference,
            "regime": clock.regime,
            "duty": clock.duty,
            "level": row.level,
            "alarm": row.alarms,
            "fell_at": row.due_at.isoformat(timespec="seconds"),
            "due_at": clock.due_at.isoformat(timespec="seconds") if clock.due_at else None,
            "path": incident.path,
        }
        announce(session, LEVEL, facts, f"level:{row.clock_id}:{row.round}:{row.level}:{row.alarms}", present.now)
        row.second_at = present.now


def mark_sent(session: Session) -> None:
    """Note what a relay has taken, in one statement."""
    taken = _taken()
    session.execute(
        update(ClockLevel)
        .where(UNSENT, taken.is_not(None))
        .values(sent_at=taken)
        .execution_options(synchronize_session=False)
    )


def unsent_overdue(session: Session, now: datetime, reader: str = "") -> bool:
    """Whether an alarm of a running clock was written, or should have been told, over a minute ago and no relay has
    taken it. A time in the future is a clock that was set back, and counts as long ago. To a `reader` nothing is said
    of a case they are involved in, not even this."""
    return bool(session.scalar(_unsent_overdue(), {**_around(now), "reader": reader}))


@cache
def _unsent_overdue() -> Select[bool]:
    """Every page asks; the statement is put together once. It is told `reader`, and `before` and `after` the moment."""
    raised = exists().where(TO_TELL, _long_ago(ClockLevel.raised_at), _running_clock(), _not_involving())
    return select(or_(raised, _overdue().where(~_followed(), _not_involving()).exists()))


def _not_involving() -> ColumnElement[bool]:
    clock = aliased(IncidentClock)
    of_the_case = (clock.id == ClockLevel.clock_id) & (Exclusion.incident_id == clock.incident_id)
    return ~exists().where(of_the_case, Exclusion.user_id == bindparam("reader"))


def overdue_keys(session: Session, now: datetime) -> set[Key]:
    return {(row.clock_id, row.round, row.level) for row in session.execute(_overdue(), _around(now))}


def _overdue() -> Select[str, int, str]:
    return (
        select(ClockLevel.clock_id, ClockLevel.round, ClockLevel.level)
        .where(UNSENT, _running_clock(), _taken().is_(None))
        .where(exists().where(_of_level(), _long_ago(LevelAlarm.at)))
    )


def _long_ago(moment: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    return or_(moment < bindparam("before"), moment > bindparam("after"))


def _around(now: datetime) -> dict[str, datetime]:
    return {"before": now - SOON, "after": now + SOON}


def _running() -> ColumnElement[bool]:
    return IncidentClock.stopped_at.is_(None)


def _running_clock() -> ColumnElement[bool]:
    """The clock of this level runs, and in the same round."""
    same = (IncidentClock.id == ClockLevel.clock_id) & (IncidentClock.round == ClockLevel.round)
    return exists().where(same, IncidentClock.stopped_at.is_(None))


def _followed() -> ColumnElement[bool]:
    """A later level of the same round has alarmed: whether that one left is what counts."""
    later = aliased(ClockLevel)
    same = (later.clock_id == ClockLevel.clock_id) & (later.round == ClockLevel.round)
    return exists().where(same, later.due_at > ClockLevel.due_at, later.told_at.is_not(None))


def _of_level() -> ColumnElement[bool]:
    return and_(
        LevelAlarm.clock_id == ClockLevel.clock_id,
        LevelAlarm.round == ClockLevel.round,
        LevelAlarm.level == ClockLevel.level,
        LevelAlarm.number == ClockLevel.alarms,
    )


def _taken() -> ScalarSelect[datetime | None]:
    """When a relay first took a mail of the last alarm of a level."""
    taken = select(func.min(OutboxMessage.accepted_at)).select_from(LevelAlarm)
    taken = taken.join(OutboxMessage, OutboxMessage.id == LevelAlarm.message_id).where(_of_level())
    return taken.correlate(ClockLevel).scalar_subquery()
