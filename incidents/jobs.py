"""The tick: raises the levels of the ladder as rows, once each, and tells the people. It can run twice at once, after
any pause, and be killed anywhere: the tables remember, the tick only looks at what is due."""

from datetime import datetime
from time import sleep

from sqlalchemy.orm import Session

from core.db import Database
from core.logs import log
from incidents.ticking.moments import Present, look, remember_tick
from incidents.ticking.raising import BATCH, due_clocks, raise_levels
from incidents.ticking.sending import AT_ONCE, announce_alarms, mark_sent, to_announce, unsent_overdue
from incidents.ticking.telling import tell_raised

__all__ = ["NotRaised", "raise_due", "tick", "unsent_overdue"]

PAUSE = 0.02  # seconds between two batches: a report that waits for the one writer of SQLite gets its turn


class NotRaised(Exception):
    """Some clocks could not be looked at. All others were; but no sign of life is left, so that somebody looks."""


def tick(database: Database, now: datetime) -> int:
    """Raise and tell everything that is due by now; returns how many levels were raised.

    Each step is a short transaction, so that reports can be written between them. The sign of life comes last.

    Raises:
        NotRaised: see there.
    """
    with database.reading() as session:
        present, work = look(session, now)
    due = work.due is not None and work.due <= present.latest
    raised, failed = _raise(database, present) if due else (0, set[str]())
    if due or work.to_tell is not None or work.unsent is not None:
        _tell(database, present, failed)
    if failed:
        raise NotRaised(len(failed))
    with database.transaction() as session:
        remember_tick(session, now)
    return raised


def raise_due(session: Session, now: datetime) -> tuple[int, bool]:
    """One batch in the caller's transaction: how many levels were raised, and whether more may be due."""
    present, _ = look(session, now)
    clocks = due_clocks(session, present)
    raised = raise_levels(session, clocks, present)
    session.flush()
    tell_raised(session, present)
    remember_tick(session, now)
    return raised, len(clocks) == BATCH


def _tell(database: Database, present: Present, failed: set[str]) -> None:
    """The people, then the second channel, then what the relay has taken meanwhile."""
    with database.transaction() as session:
        tell_raised(session, present, failed)
    with database.reading() as session:
        keys = to_announce(session, present)
    for first in range(0, len(keys), AT_ONCE):
        with database.transaction() as session:
            announce_alarms(session, keys[first : first + AT_ONCE], present)
        sleep(PAUSE if first + AT_ONCE < len(keys) else 0)
    with database.transaction() as session:
        mark_sent(session)


def _raise(database: Database, present: Present) -> tuple[int, set[str]]:
    """Batch after batch; when one fails, clock by clock, so that a fault in one holds back nobody else's alarm."""
    raised, failed, size = 0, set[str](), BATCH
    while True:
        held: list[str] = []
        try:
            with database.transaction() as session:
                clocks = due_clocks(session, present, failed, size)
                held = [clock.id for clock in clocks]
                count = raise_levels(session, clocks, present)
        except Exception:
            if not held:
                raise
            if size == 1:
                failed.update(held)
                log.error("clock_not_raised", clock=held[0], exc_info=True)
            size = 1
        else:
            raised += count
            if len(held) < size:
                return raised, failed
            sleep(PAUSE)
