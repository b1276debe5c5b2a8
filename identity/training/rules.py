"""When a course holds, when it runs out, and who is reminded. Pure: `today` is an argument."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from core.errors import N_

SOON = timedelta(days=30)
STEPS = (30, 7, 0)  # days before it runs out
OLDEST = date(2000, 1, 1)


class Trained(StrEnum):
    """How somebody stands to a course."""

    CURRENT = "current"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    NEVER = "never"


HOLDING = frozenset({Trained.CURRENT, Trained.EXPIRING})
MISSING = frozenset({Trained.EXPIRED, Trained.NEVER})
TRAINED_LABELS = {
    Trained.CURRENT: N_("Is valid"),
    Trained.EXPIRING: N_("Runs out soon"),
    Trained.EXPIRED: N_("Has run out"),
    Trained.NEVER: N_("Not taken"),
}


def runs_out(taken_on: date, valid_days: int) -> date | None:
    """The last day it holds; none for a course that holds for ever."""
    return taken_on + timedelta(days=valid_days) if valid_days else None


def trained(taken: bool, expires_on: date | None, today: date) -> Trained:
    if not taken:
        return Trained.NEVER
    if expires_on is None:
        return Trained.CURRENT
    if today > expires_on:
        return Trained.EXPIRED
    return Trained.EXPIRING if today >= expires_on - SOON else Trained.CURRENT


def steps_due(expires_on: date | None, today: date) -> list[int]:
    """Every reminder whose day has come, the earliest first."""
    if expires_on is None:
        return []
    return [days for days in STEPS if today >= expires_on - timedelta(days=days)]


def possible_day(taken_on: date, today: date) -> bool:
    return OLDEST <= taken_on <= today


def share(found: Iterable[Trained]) -> tuple[int, int]:
    """How many hold it, of how many."""
    known = list(found)
    return sum(one in HOLDING for one in known), len(known)
