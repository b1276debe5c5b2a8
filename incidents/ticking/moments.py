"""The time a tick goes by: a clock of the machine that runs backwards must not take back what was due."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from incidents.models import ClockLevel, IncidentClock
from incidents.ticking.waiting import TO_TELL, UNSENT
from notifications.models import ServiceState

NAME = "tick"


class Present(NamedTuple):
    """`now` is what the machine says: mails, log and heartbeat go by it. `latest` is the latest moment ever seen: what
    is due goes by it, so a clock set back changes nothing and one set forward fires early, never late."""

    now: datetime
    latest: datetime


class Work(NamedTuple):
    """The earliest of each kind of work that waits; None: nothing."""

    due: datetime | None
    to_tell: datetime | None
    unsent: datetime | None


def look(session: Session, now: datetime) -> tuple[Present, Work]:
    """What there is to do, in one question; each part of it reads one row of a partial index."""
    due = select(IncidentClock.next_at).where(IncidentClock.stopped_at.is_(None), IncidentClock.next_at.is_not(None))
    to_tell = select(ClockLevel.due_at).where(TO_TELL)
    unsent = select(ClockLevel.told_at).where(UNSENT)
    row = session.execute(
        select(
            select(ServiceState.value).where(ServiceState.name == NAME).scalar_subquery(),
            due.order_by(IncidentClock.next_at).limit(1).scalar_subquery(),
            to_tell.order_by(ClockLevel.due_at).limit(1).scalar_subquery(),
            unsent.order_by(ClockLevel.told_at).limit(1).scalar_subquery(),
        )
    ).one()
    known = datetime.fromisoformat(row[0]["high_water"]) if row[0] else now
    return Present(now, max(now, known)), Work(*row[1:])


def remember_tick(session: Session, now: datetime) -> None:
    """The sign of life: `at` is this tick, whatever the clock of the machine says, `high_water` never falls."""
    state = session.get(ServiceState, NAME, with_for_update=True, populate_existing=True)
    if state is None:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        row = {"name": NAME, "value": {"high_water": now.isoformat()}, "at": now}
        session.execute(dialect.insert(ServiceState).values(row).on_conflict_do_nothing())
        state = session.get_one(ServiceState, NAME, with_for_update=True)
    known = datetime.fromisoformat(state.value["high_water"])
    state.value, state.at = {"high_water": max(now, known).isoformat()}, now
    session.flush()
