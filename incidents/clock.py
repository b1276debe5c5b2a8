"""The law of time: deadlines are arithmetic on aware datetimes, in UTC, with `now` as an argument.

72 hours are 259,200 elapsed seconds. Adding `timedelta(hours=72)` to a local time would be wall-clock arithmetic and
wrong by an hour across a change of clocks, in autumn in the late direction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from core.errors import N_


class Anchor(StrEnum):
    """The moment a regime counts from. A law counts from awareness; our own rules count from the report."""

    AWARE = "aware"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Deadline:
    """`due_at` is binding. `latest_arguable_at` is kept for the record and never shown as time that is left."""

    duty: str
    due_at: datetime
    latest_arguable_at: datetime
    basis: str


Rule = Callable[[str, datetime], Deadline]


@dataclass(frozen=True, slots=True)
class Regime:
    """One law or rule and the duties it opens."""

    code: str
    law: str
    duties: Mapping[str, Rule]
    counts_from: Anchor = Anchor.AWARE


def hours(number: int, basis: str) -> Rule:
    """A period in hours: strict is so many elapsed hours, the earliest of all readings and therefore binding."""

    def rule(duty: str, start: datetime) -> Deadline:
        moment = in_utc(start)
        return Deadline(duty, moment + timedelta(hours=number), latest_arguable(moment, number), basis)

    return rule


def minutes(number: int, basis: str) -> Rule:
    """A house rule in minutes; no other reading exists."""

    def rule(duty: str, start: datetime) -> Deadline:
        due_at = in_utc(start) + timedelta(minutes=number)
        return Deadline(duty, due_at, due_at, basis)

    return rule


def in_utc(moment: datetime) -> datetime:
    """Refuse a time without a zone: nobody can tell when it was."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)


def latest_arguable(start: datetime, number: int) -> datetime:
    """Regulation 1182/71 Art. 3(1): the hour in which the event falls is not counted; whole hours follow."""
    next_hour = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return next_hour + timedelta(hours=number)


def open_clocks(regime: Regime, aware_at: datetime) -> list[Deadline]:
    """Start every clock of `regime` at the moment we became aware (GDPR Art. 33(1)).

    A regime that counts from the report (`counts_from`) is given the moment of the report.
    """
    return [rule(duty, aware_at) for duty, rule in regime.duties.items()]


def effective_deadline(current: datetime, proposed: datetime, agreed: bool) -> datetime:
    """The earlier deadline keeps showing until the chair or the head agrees to a later awareness."""
    return proposed if agreed else min(current, proposed)


class Urgency(StrEnum):
    CALM = "calm"
    SOON = "soon"
    CRITICAL = "crit"
    LATE = "late"


URGENCY_LABELS = {
    Urgency.CALM: N_("Calm"),
    Urgency.SOON: N_("Soon"),
    Urgency.CRITICAL: N_("Critical"),
    Urgency.LATE: N_("Overdue"),
}
SOON = timedelta(hours=24)
CRITICAL = timedelta(hours=6)


def urgency(left: timedelta) -> Urgency:
    """Calm above 24 hours, soon from 24 to 6, critical below 6. The last second is still in time."""
    if left < timedelta(0):
        return Urgency.LATE
    if left < CRITICAL:
        return Urgency.CRITICAL
    return Urgency.SOON if left <= SOON else Urgency.CALM
