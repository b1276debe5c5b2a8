"""The second step: everybody hears of what was raised. One alarm is a mail of its own; more for the same person are one
digest, also after a week of downtime."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from core.access import Operation
from core.organisation import organisation
from identity.models import User
from incidents.alerts import ALERT_PRIORITY
from incidents.models import ClockLevel, Incident, IncidentClock, LevelAlarm
from incidents.nobody_left import tell_when_nobody_is_left
from incidents.ticking.moments import Present
from incidents.ticking.raising import is_due
from incidents.ticking.roster import Roster
from incidents.ticking.waiting import TO_TELL
from incidents.ticking.wording import Alarm, level_facts, line
from notifications.outbox import enqueue

AT_ONCE = 5000
LINES = 30
PATIENCE = timedelta(seconds=45)  # ten thousand levels are raised in less, and a minute is not over
DIGEST = "levels_digest"
BOARD, CASES = "/clocks", "/incidents"


def tell_raised(session: Session, present: Present, failed: Collection[str] = ()) -> int:
    """Tell everything that is to be told; returns how many alarms went out. `failed`: clocks not to wait for."""
    if _others_still_raise(session, present, failed) and _fresh(session, present):
        return 0  # with nothing locked, or the last of them would take what is left for told
    alarms = _still_wanted(session, _to_tell(session))
    if not alarms:
        return 0
    roster = Roster(session, {alarm.incident.id for alarm in alarms}, present)
    people: dict[str, User] = {}
    told: defaultdict[str, list[Alarm]] = defaultdict(list)
    for alarm in alarms:
        if not roster.anybody_leads(alarm.incident):
            tell_when_nobody_is_left(session, alarm.incident, _key(alarm), present.now)
        for user in roster.told(alarm.incident, alarm.step.alarm(alarm.row.alarms)):
            people[user.id] = user
            told[user.id].append(alarm)
    rows = [row for person, theirs in told.items() for row in _tell(session, people[person], theirs, present)]
    if rows:
        session.execute(insert(LevelAlarm), rows)
    _mark_told(session, alarms, present)
    return len(alarms)


def _to_tell(session: Session) -> list[Alarm]:
    """What another tick is telling at this moment is left to it."""
    query = select(ClockLevel, IncidentClock, Incident).where(TO_TELL)
    query = query.join(IncidentClock, IncidentClock.id == ClockLevel.clock_id).join(IncidentClock.incident)
    query = query.order_by(ClockLevel.due_at, ClockLevel.clock_id).limit(AT_ONCE)
    rows = session.execute(query.with_for_update(of=ClockLevel, skip_locked=True))
    return [Alarm(*row) for row in rows]


def _others_still_raise(session: Session, present: Present, failed: Collection[str]) -> bool:
    """Another process is at the rest of the same moment: its last batch tells it all in one digest a person."""
    return bool(session.scalar(select(exists().where(is_due(present, failed)))))


def _fresh(session: Session, present: Present) -> bool:
    """Others are not waited for long: a clock that cannot be raised holds back nobody else's alarm."""
    ends = session.execute(select(func.min(ClockLevel.raised_at), func.max(ClockLevel.raised_at)).where(TO_TELL)).one()
    return all(abs(present.latest - at) < PATIENCE for at in ends if at is not None)


def _still_wanted(session: Session, alarms: Sequence[Alarm]) -> list[Alarm]:
    """What was done, or began anew, before anybody heard of it needs no alarm."""
    gone = [alarm for alarm in alarms if alarm.clock.stopped_at is not None or alarm.row.round != alarm.clock.round]
    for alarm in gone:
        alarm.row.overtaken = True
    session.flush()
    return [alarm for alarm in alarms if alarm not in gone]


def _tell(session: Session, user: User, alarms: Sequence[Alarm], present: Present) -> Iterable[dict[str, Any]]:
    message = _alone(session, user, alarms[0], present) if len(alarms) == 1 else _digest(session, user, alarms, present)
    if message is not None:
        for alarm in alarms:
            row = alarm.row
            yield {"clock_id": row.clock_id, "round": row.round, "level": row.level, "number": alarm.number,
                   "user_id": user.id, "message_id": message, "at": present.now}  # fmt: skip


def _alone(session: Session, user: User, alarm: Alarm, present: Present) -> str | None:
    incident, zone = alarm.incident, organisation(session).zone
    known = {"reference": incident.reference, "path": incident.path}
    message = enqueue(
        session,
        f"level_{alarm.row.level}",
        to=user.email,
        language=user.language,
        once=f"level:{_key(alarm)}:{user.id}",
        now=present.now,
        case=incident.id,
        priority=ALERT_PRIORITY,
        due_at=min(alarm.row.due_at, present.now),
        facts=known | level_facts(session, alarm, user.language, zone, present.now),
    )
    return message.id if message else None


def _digest(session: Session, user: User, alarms: Sequence[Alarm], present: Present) -> str | None:
    """Deadlines in order, references only."""
    zone, in_order = organisation(session).zone, sorted(alarms, key=lambda alarm: alarm.urgency)
    which = hashlib.sha256("|".join(sorted(map(_key, alarms))).encode()).hexdigest()[:32]
    message = enqueue(
        session,
        DIGEST,
        to=user.email,
        language=user.language,
        once=f"{DIGEST}:{which}:{user.id}",
        now=present.now,
        priority=ALERT_PRIORITY,
        due_at=min(alarms[0].row.due_at, present.now),
        facts={
            "path": BOARD if user.actor.may(Operation.LIST_CLOCKS) else CASES,
            "count": len(alarms),
            "lines": [line(alarm, user.language, zone, present.now) for alarm in in_order[:LINES]],
            "more": max(0, len(alarms) - LINES),
        },
    )
    return message.id if message else None


def _mark_told(session: Session, alarms: Sequence[Alarm], present: Present) -> None:
    """One statement for all. What the last alarm of a level came to is forgotten here; `LevelAlarm` keeps it."""
    keys = [(alarm.row.clock_id, alarm.row.round, alarm.row.level) for alarm in alarms]
    if keys:
        session.execute(
            update(ClockLevel)
            .where(ClockLevel.clock_id.in_({key[0] for key in keys}))  # by the index; SQLite has none for the three
            .where(tuple_(ClockLevel.clock_id, ClockLevel.round, ClockLevel.level).in_(keys), TO_TELL)
            .values(told_at=present.latest, alarms=ClockLevel.alarms + 1, sent_at=None, second_at=None)
            .execution_options(synchronize_session=False)
        )
    for alarm in alarms:
        session.expire(alarm.row)


def _key(alarm: Alarm) -> str:
    return f"{alarm.row.clock_id}:{alarm.row.round}:{alarm.row.level}:{alarm.number}"
