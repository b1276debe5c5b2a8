"""The worker's look at machines that say nothing. Any number of schedulers may look at once, after any pause.

After a pause in which nobody looked, signs may have been lost, for the web process can have been away too: the grace of
each begins anew, so that nobody is accused of silence while nobody listened. What arrived meanwhile has been taken by
the web process and counts by its own moment.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.db import Database
from notifications.service_state import recall, remember
from risk.heartbeats.beating import settle
from risk.heartbeats.models import Heartbeat
from risk.heartbeats.rules import State, counted_from, next_look, was_deaf
from risk.heartbeats.telling import tell_silent
from risk.models import Control
from risk.register.learning import look_again

NAME = "heartbeats_looked_at"
BATCH = 500
NOTED_EVERY = timedelta(minutes=1)
RESTS = timedelta(hours=1)


def look_for_silence(database: Database, now: datetime) -> int:
    """Raise what silence has become, once each; returns how many alarms were raised."""
    with database.reading() as session:
        last = recall(session, NAME)
        looked_at = last.at if last else None
        any_there = session.scalar(select(Heartbeat.id).limit(1)) is not None
        due = session.scalar(_due(now).limit(1)) is not None
    if not any_there:
        return 0
    if was_deaf(looked_at, now):
        listen_anew(database, now)
        return 0
    if looked_at is None or abs(now - looked_at) >= NOTED_EVERY:
        with database.transaction() as session:
            remember(session, NAME, {}, now)
    raised = 0
    while due:
        with database.transaction() as session:
            found = session.scalars(_due(now).limit(BATCH).with_for_update(skip_locked=True)).all()
            raised += raise_silence(session, found, now)
        due = len(found) == BATCH
    return raised


def raise_silence(session: Session, heartbeats: Sequence[Heartbeat], now: datetime) -> int:
    """The same in the caller's transaction. Of several steps of one machine only the last is told. The silence of
    a machine whose control is paused becomes nothing; within an hour of the pause's end it is looked at again."""
    told: dict[State, list[Heartbeat]] = {}
    for heartbeat in heartbeats:
        control = session.get_one(Control, heartbeat.control_code)
        if control.paused(now):
            heartbeat.next_at = now + RESTS
            continue
        fresh = settle(session, heartbeat, now)
        if fresh and control.has_card:
            told.setdefault(fresh[-1], []).append(heartbeat)
            look_again(session, control, now)
    for state, silent in told.items():
        tell_silent(session, silent, state, now)
    return sum(map(len, told.values()))


def listen_anew(database: Database, now: datetime) -> None:
    """Give everybody who would be accused now a fresh grace, and say in the log that we were away."""
    with database.transaction() as session:
        last = recall(session, NAME)
        if last is None or not was_deaf(last.at, now):
            return  # another worker has been faster
        waiting = session.scalars(_due(now).with_for_update()).all()
        for heartbeat in waiting:
            heartbeat.listening_since = now
            base = counted_from(heartbeat.expected_at, now)
            heartbeat.next_at = next_look(State(heartbeat.state), base, heartbeat.grace)
        if waiting:
            since = last.at.isoformat(timespec="minutes")
            record(session, SYSTEM, "heartbeat:listened_anew", "heartbeats", now,
                   facts={"since": since, "count": len(waiting)})  # fmt: skip
        remember(session, NAME, {}, now)


def due_now(session: Session, now: datetime) -> Sequence[Heartbeat]:
    """Whose silence would become something by now, for a worker's life in one transaction."""
    return session.scalars(_due(now)).all()


def _due(now: datetime) -> Select[Heartbeat]:
    return select(Heartbeat).where(Heartbeat.next_at < now).order_by(Heartbeat.next_at)
