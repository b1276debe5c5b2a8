"""The clock on the wall can be put forward or back; the machine's steady seconds cannot. A difference is an alarm.

Deadlines stay on the safe side meanwhile (the tick goes by the latest moment ever seen). The doubt ends when the clock
is put back by as much, or when a person has compared it with another clock and says so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor, Role
from core.audit import record
from core.db import Database
from core.i18n import span
from core.logs import log
from identity.people import holders
from incidents.models import ClockLevel, IncidentClock
from notifications.channels import announce
from notifications.claims import pull_back
from notifications.models import ServiceState
from notifications.outbox import Fact, enqueue
from notifications.service_state import recall, remember

NAME = "wall_clock"
TICK = "tick"
TOLERANCE = timedelta(seconds=60)
SAME = timedelta(minutes=2)  # the other workers of the machine see the same jump at their next knock


@dataclass(frozen=True)
class Doubt:
    """By how much the clock has jumped in all since it was last trusted, and when the last jump was noticed."""

    offset: timedelta
    noticed_at: datetime


@dataclass
class ClockWatch:
    """One process's memory of both clocks at its last knock."""

    wall: datetime | None = None
    steady: float = 0.0

    def look(self, database: Database, now: datetime, steady: float) -> None:
        """Compare, and raise the alarm in one transaction. When that fails, the next knock finds the same jump."""
        with database.reading() as session:
            jump = now - self._expected(session, now, steady)
        if abs(jump) > TOLERANCE:
            log.error("clock_jumped", count=round(jump.total_seconds()))
            with database.transaction() as session:
                note_jump(session, jump, now)
        self.wall, self.steady = now, steady

    def _expected(self, session: Session, now: datetime, steady: float) -> datetime:
        """What the wall should say. A process that has just started only knows that it is not before the last tick."""
        if self.wall is not None:
            return self.wall + timedelta(seconds=steady - self.steady)
        row = recall(session, TICK)
        return max(now, row.at) if row else now


def doubt(session: Session) -> Doubt | None:
    """Whether the clock of the machine can be trusted just now."""
    return read_doubt(recall(session, NAME))


def read_doubt(row: ServiceState | None) -> Doubt | None:
    if row is None or not row.value["offset"]:
        return None
    return Doubt(timedelta(seconds=row.value["offset"]), datetime.fromisoformat(row.value["noticed_at"]))


def note_jump(session: Session, jump: timedelta, now: datetime) -> bool:
    """Tell of a jump everywhere: log, page, mail, second channel. False when another worker has told of it already."""
    known = _locked(session, now)
    if _told(known, jump, now):
        return False
    offset = timedelta(seconds=known["offset"]) + jump
    if abs(offset) <= TOLERANCE:
        offset = timedelta(0)
    seconds, total = round(jump.total_seconds()), round(offset.total_seconds())
    remember(session, NAME, {"offset": total, "jump": seconds, "noticed_at": now.isoformat()}, now)
    kind = "clock_jumped" if total else "clock_right_again"
    if not total:
        _go_by(session, now)
    record(session, SYSTEM, f"service:{kind}", "clock", now, facts={"seconds": seconds, "in_all": total})
    announce(session, f"service.{kind}", {"seconds": seconds, "in_all": total, "path": "/outbox"},
             f"{kind}:{now.isoformat()}", now)  # fmt: skip
    _mail(session, kind, seconds, now)
    return True


def confirm_time(session: Session, actor: Actor, now: datetime) -> None:
    """A person has compared the clock with another one: from here on it is trusted, and deadlines go by it again."""
    known = doubt(session)
    _go_by(session, now)
    remember(session, NAME, {"offset": 0, "jump": 0, "noticed_at": now.isoformat()}, now)
    seconds = round(known.offset.total_seconds()) if known else 0
    record(session, actor, "service:clock_confirmed", "clock", now, facts={"in_all": seconds})


def _go_by(session: Session, now: datetime) -> None:
    """The latest moment ever seen falls back to now. What was raised by a clock that ran ahead stays raised, and the
    tick looks at those clocks again: their next alarm was counted from a time that never came."""
    tick = recall(session, TICK)
    if tick is not None:
        remember(session, TICK, tick.value | {"high_water": now.isoformat()}, min(tick.at, now))
    ahead = exists().where(ClockLevel.clock_id == IncidentClock.id, ClockLevel.told_at > now)
    running = update(IncidentClock).where(IncidentClock.stopped_at.is_(None), ahead)
    session.execute(running.values(next_at=now).execution_options(synchronize_session=False))
    pull_back(session, now)


def _locked(session: Session, now: datetime) -> dict[str, Any]:
    """What is known, held until the commit: of two workers that see the same jump, the second finds it told."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    first = {"name": NAME, "value": {"offset": 0, "jump": 0, "noticed_at": ""}, "at": now}
    session.execute(dialect.insert(ServiceState).values(first).on_conflict_do_nothing())
    row = session.get_one(ServiceState, NAME, with_for_update=True, populate_existing=True)
    return dict(row.value)


def _told(known: dict[str, Any], jump: timedelta, now: datetime) -> bool:
    if not known["noticed_at"]:
        return False
    near = abs(now - datetime.fromisoformat(known["noticed_at"])) <= SAME
    return near and abs(jump - timedelta(seconds=known["jump"])) <= TOLERANCE


def _mail(session: Session, kind: str, seconds: int, now: datetime) -> None:
    for user in holders(session, Role.ADMIN, Role.MANAGER):
        facts: dict[str, Fact] = {
            "by": span(timedelta(seconds=abs(seconds))),
            "forward": seconds > 0,
            "path": "/outbox",
        }
        enqueue(session, kind, to=user.email, language=user.language, once=f"{kind}:{now.isoformat()}:{user.id}",
                now=now, priority=1, recipient_id=user.id, facts=facts)  # fmt: skip
