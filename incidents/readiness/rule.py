"""How ready the company is to file with one authority, from what its people tried, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.errors import N_

FRESH = timedelta(days=180)


class Result(StrEnum):
    """How a trial went. Who only holds the way in has not tried it."""

    OK = "ok"
    FAILED = "failed"
    NOT_TRIED = "not_tried"


class Readiness(StrEnum):
    """From best to worst: one person who can file is enough."""

    READY = "ready"
    OLD = "old"
    FAILED = "failed"
    NEVER_TRIED = "never_tried"
    NOBODY = "nobody"


RESULTS = {
    Result.OK: N_("It worked"),
    Result.FAILED: N_("It failed"),
    Result.NOT_TRIED: N_("Not tried yet"),
}
WORDS = {
    Readiness.READY: N_("Ready"),
    Readiness.OLD: N_("Tried too long ago"),
    Readiness.FAILED: N_("The last trial failed"),
    Readiness.NEVER_TRIED: N_("Never tried"),
    Readiness.NOBODY: N_("Nobody is named"),
}
SENTENCES = {
    Readiness.READY: N_("Somebody has tried the way in to {authority} within {days} days, and it worked."),
    Readiness.OLD: N_("The way in to {authority} was last tried more than {days} days ago."),
    Readiness.FAILED: N_("The last trial of the way in to {authority} failed."),
    Readiness.NEVER_TRIED: N_("The way in to {authority} has never been tried."),
    Readiness.NOBODY: N_("Nobody is named who can file with {authority}."),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One row, opened."""

    holder: str
    holds: str
    result: Result
    tried_on: date | None
    note: str
    recorded_by: str
    recorded_at: datetime

    @property
    def order(self) -> tuple[date, datetime]:
        """A trial tells more than a name without one, whatever was written down first."""
        return self.tried_on or date.min, self.recorded_at


def latest(trials: Iterable[Trial]) -> list[Trial]:
    """The last word about each holder, the newest trial first."""
    last = {trial.holder: trial for trial in sorted(trials, key=lambda one: one.order)}
    return sorted(last.values(), key=lambda one: one.order, reverse=True)


def state_of(trial: Trial, today: date) -> Readiness:
    if trial.tried_on is None:
        return Readiness.NEVER_TRIED
    if trial.result is Result.FAILED:
        return Readiness.FAILED
    return Readiness.OLD if today - trial.tried_on > FRESH else Readiness.READY


def readiness(trials: Iterable[Trial], today: date) -> Readiness:
    """The best among those who hold the way in now."""
    found = {state_of(trial, today) for trial in latest(trials)}
    return next((state for state in Readiness if state in found), Readiness.NOBODY)
