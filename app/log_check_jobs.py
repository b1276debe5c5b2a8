"""A knock of the worker: once a night, and whenever somebody has asked, the whole log is read and checked.

A worker that is killed loses what it has read: the next one begins at the first entry, because how far another came is
no proof of what it saw.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter, sleep
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.log_check import give_up, keep_answer, log_size, mine
from core.access import SYSTEM
from core.audit.check_models import LogCheck
from core.audit.verify import Verdict, verify
from core.db import Database, new_id
from core.moment import Clock
from core.organisation import organisation

FROM_HOUR = 2  # local; the check of a night that was slept through is made when somebody works again
LEASE = timedelta(minutes=2)
EVERY = 1.0  # seconds between two notes of how far it has come
PAUSE = 0.001  # seconds after each batch: in one process with the pages, they get their turn
MOST_TRIES = 20


class BrokenOff(Exception):
    """The worker stops, or another has taken the check over."""


def _never() -> bool:
    return False


def check_log(database: Database, clock: Clock, stop: Callable[[], bool] = _never) -> int:
    """Make the check of this night if nobody has, and every check that waits; returns how many came to their end."""
    with database.reading() as session:
        night = _night_without_check(session, clock())
    if night:
        with database.transaction() as session:
            _plan(session, night, clock())
    with database.reading() as session:
        waiting = list(session.scalars(select(LogCheck.id).where(_free(clock())).order_by(LogCheck.asked_at)))
    return sum(_check(database, clock, check_id, stop) for check_id in waiting)


def _night_without_check(session: Session, now: datetime) -> str:
    local = now.astimezone(ZoneInfo(organisation(session).zone))
    night = local.date().isoformat()
    due = local.hour >= FROM_HOUR and log_size(session)
    return night if due and session.scalar(select(LogCheck.id).where(LogCheck.night == night)) is None else ""


def _plan(session: Session, night: str, now: datetime) -> None:
    """The row of a night, whether or not another worker has just made it."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"id": new_id(), "asked_by": SYSTEM.id, "asked_at": now, "night": night, "fence": 0, "at_seq": 0,
           "size": log_size(session), "took_ms": 0, "result": "", "root": ""}  # fmt: skip
    session.execute(dialect.insert(LogCheck).values(row).on_conflict_do_nothing(index_elements=["night"]))


def _free(now: datetime) -> Any:
    return LogCheck.ended_at.is_(None) & or_(LogCheck.leased_until.is_(None), LogCheck.leased_until < now)


def _check(database: Database, clock: Clock, check_id: str, stop: Callable[[], bool]) -> bool:
    with database.transaction() as session:
        values = {"leased_until": clock() + LEASE, "fence": LogCheck.fence + 1, "started_at": clock(), "at_seq": 0,
                  "size": log_size(session)}  # fmt: skip
        free = update(LogCheck).where(LogCheck.id == check_id, _free(clock())).values(values).returning(LogCheck)
        check = session.scalar(free)
    if check is None:
        return False
    if check.fence > MOST_TRIES:
        return give_up(database, check, clock())
    try:
        verdict, took_ms = _read(database, clock, check, stop)
    except BrokenOff:
        return _give_back(database, check)
    return keep_answer(database, verdict, took_ms, clock(), check=check)


def _read(database: Database, clock: Clock, check: LogCheck, stop: Callable[[], bool]) -> tuple[Verdict, int]:
    started = noted = perf_counter()

    def note(read: int) -> None:
        nonlocal noted
        sleep(PAUSE)
        if stop():
            raise BrokenOff
        if perf_counter() - noted >= EVERY:
            noted = perf_counter()
            _note(database, check, read, clock())

    with database.reading() as session:
        verdict = verify(session, note)
    return verdict, round(1000 * (perf_counter() - started))


def _note(database: Database, check: LogCheck, read: int, now: datetime) -> None:
    with database.transaction() as session:
        row = mine(session, check)
        if row is None:
            raise BrokenOff
        row.at_seq, row.leased_until = read, now + LEASE


def _give_back(database: Database, check: LogCheck) -> bool:
    with database.transaction() as session:
        if row := mine(session, check):
            row.leased_until = None
    return False
