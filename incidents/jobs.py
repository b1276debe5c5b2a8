"""The tick: raises the levels of the ladder as rows, once each, and mails them. It can run twice at once, after any
pause, and be killed anywhere: the tables remember, the tick only looks at what is due."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from core.access import SYSTEM, Role
from core.audit import record
from core.db import Database
from core.i18n import span
from identity.models import User
from incidents.alerts import at, people_for, tell
from incidents.clock_rows import facts, next_alarm_of
from incidents.escalation import Audience, Step, levels_due
from incidents.models import ClockLevel, Incident, IncidentClock
from incidents.nobody_left import tell_when_nobody_is_left
from notifications.models import ServiceState

BATCH = 100
ROLES = {
    Audience.MANAGER: (Role.MANAGER,),
    Audience.DEPUTY: (Role.DEPUTY,),
    Audience.DPO: (Role.DPO,),
    Audience.HEAD: (Role.HEAD,),
    Audience.RELEASERS: (Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.APPROVER),
}
LAST_RESORT = (Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.DPO)


def tick(database: Database, now: datetime) -> int:
    """Raise everything that is due by now; returns how many levels were raised.

    A clock of the machine that runs backwards changes nothing: the latest moment ever seen counts.
    """
    raised, full = 0, True
    while full:
        with database.transaction() as session:
            count, full = raise_due(session, now)
            raised += count
    return raised


def raise_due(session: Session, now: datetime) -> tuple[int, bool]:
    """One batch in the caller's transaction: how many levels were raised, and whether more may be due."""
    moment = _high_water(session, now)
    clocks = _due(session, moment)
    return sum(_raise(session, clock, moment) for clock in clocks), len(clocks) == BATCH


def _due(session: Session, now: datetime) -> list[IncidentClock]:
    """The clocks whose next alarm has come; what another tick holds at this moment is left to it."""
    due = select(IncidentClock).where(IncidentClock.stopped_at.is_(None), IncidentClock.next_at <= now)
    locked = due.order_by(IncidentClock.next_at, IncidentClock.id).limit(BATCH).with_for_update(skip_locked=True)
    return list(session.scalars(locked))


def _raise(session: Session, clock: IncidentClock, now: datetime) -> int:
    """Write the levels of one clock that are due. The highest is sent, those before it are recorded as overtaken."""
    due = levels_due(facts(clock), now)
    highest = due[-1][0] if due else None
    new = [(step, at) for step, at in due if _first_time(session, clock, step, at, step != highest, now)]
    clock.next_at = next_alarm_of(session, clock, now)
    incident = session.get_one(Incident, clock.incident_id)
    for step, fell_at in new:
        record(session, SYSTEM, "clock:level_raised", incident.reference, now, case=incident.id,
               facts={"level": step.level, "duty": clock.duty, "round": clock.round, "overtaken": step != highest,
                      "fell_at": fell_at.isoformat(timespec="minutes")})  # fmt: skip
    if highest is not None and highest in [step for step, _ in new]:
        _alarm(session, incident, clock, highest, now)
    return len(new)


def _first_time(
    session: Session, clock: IncidentClock, step: Step, due_at: datetime, overtaken: bool, now: datetime
) -> bool:
    row = {"clock_id": clock.id, "round": clock.round, "level": step.level.value, "due_at": due_at, "raised_at": now,
           "overtaken": overtaken, "told_at": None if overtaken else now, "alarms": 0 if overtaken else 1}  # fmt: skip
    return session.scalar(_insert_once(session, row)) is not None


def _insert_once(session: Session, row: dict[str, Any]) -> ReturningInsert[str]:
    """The primary key is the last guard: a second insert of the same level returns nothing, on both databases."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(ClockLevel).values(row).on_conflict_do_nothing().returning(ClockLevel.level)
    return postgresql.insert(ClockLevel).values(row).on_conflict_do_nothing().returning(ClockLevel.level)


def _alarm(session: Session, incident: Incident, clock: IncidentClock, step: Step, now: datetime) -> None:
    tell_when_nobody_is_left(session, incident, f"{clock.id}:{clock.round}:{step.level}", now)
    left = clock.due_at - now if clock.due_at else timedelta(0)
    for user in audience(session, incident, step):
        tell(
            session,
            incident,
            f"level_{step.level}",
            [user],
            f"{clock.id}:{clock.round}",
            now,
            due=at(session, user, clock.due_at) if clock.due_at else "",
            left=span(left) if left > timedelta(0) else "",
            waited=span(now - clock.started_at),
        )


def audience(session: Session, incident: Incident, step: Step) -> list[User]:
    """Whom a level tells, each once. When nobody of them exists or all are involved, everybody who could act."""
    roles = [role for group in sorted(step.tells) for role in ROLES[group]]
    return people_for(session, incident, *roles) or people_for(session, incident, *LAST_RESORT)


def _high_water(session: Session, now: datetime) -> datetime:
    """The later of now and the last tick; kept, so that health can see when the tick last ran."""
    state = session.get(ServiceState, "tick", with_for_update=True)
    if state is None:
        session.execute(_state_once(session, now))
        state = session.get_one(ServiceState, "tick", with_for_update=True)
    known = datetime.fromisoformat(state.value["high_water"])
    state.value, state.at = {"high_water": max(now, known).isoformat()}, now
    session.flush()
    return max(now, known)


def _state_once(session: Session, now: datetime) -> Insert:
    row = {"name": "tick", "value": {"high_water": now.isoformat()}, "at": now}
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(ServiceState).values(row).on_conflict_do_nothing()
    return postgresql.insert(ServiceState).values(row).on_conflict_do_nothing()
