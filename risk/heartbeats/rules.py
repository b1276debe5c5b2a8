"""When a sign of life is expected, and what its absence means. Pure: no database, `now` is an argument.

A job takes its time: one that begins at two is done at twenty past, every night. So silence is late when half of the
grace has gone, and missed when all of it has; before that it is only awaited.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.errors import N_
from risk.heartbeats.cron import following

SET_UP = timedelta(days=1)  # a new heartbeat has a day before silence means anything
EARLY = timedelta(minutes=1)
DEAF = timedelta(minutes=5)


class Kind(StrEnum):
    """What a machine can say."""

    SUCCESS = "success"
    FAIL = "fail"
    START = "start"


class State(StrEnum):
    """How it stands. `waiting`: nothing was heard yet. `off`: the token was taken back, nothing is expected."""

    WAITING = "waiting"
    OK = "ok"
    LATE = "late"
    FAILED = "failed"
    MISSED = "missed"
    OFF = "off"


LABELS = {State.WAITING: N_("Not heard yet"), State.OK: N_("Ok"), State.LATE: N_("Late"), State.FAILED: N_("Failed"),
          State.MISSED: N_("Missed"), State.OFF: N_("Taken back")}  # fmt: skip
WRONG = frozenset({State.LATE, State.FAILED, State.MISSED})


@dataclass(frozen=True, slots=True)
class Schedule:
    """Either an interval or a cron line in a zone, and how long silence is forgiven."""

    grace: timedelta
    interval: timedelta | None = None
    cron: str = ""
    zone: str = "UTC"

    def after(self, moment: datetime) -> datetime:
        """The next moment at which a sign of life is expected."""
        return moment + self.interval if self.interval else following(self.cron, self.zone, moment)

    def first(self, made_at: datetime) -> datetime:
        """The first one of a new heartbeat: whoever made it has a day to set the machine up."""
        return self.after(made_at + SET_UP)


def expected_after(schedule: Schedule, arrived_at: datetime, expected_at: datetime | None) -> datetime:
    """When the next one is expected after one that arrived now.

    One that comes a moment before it was expected (the machine's clock is a little fast) is that one, not an extra
    one: else the next would be awaited seconds later.
    """
    if expected_at is not None and arrived_at < expected_at:
        following_one = schedule.after(expected_at)
        if expected_at - arrived_at <= min(EARLY, (following_one - expected_at) / 10):
            return following_one
    return schedule.after(arrived_at)


def counted_from(expected_at: datetime, listening_since: datetime | None) -> datetime:
    """Nobody is silent while nobody listens: after a pause of ours the grace begins anew."""
    return max(expected_at, listening_since) if listening_since else expected_at


def late_at(base: datetime, grace: timedelta) -> datetime:
    return base + grace / 2


def missed_at(base: datetime, grace: timedelta) -> datetime:
    return base + grace


def silence(state: State, base: datetime, grace: timedelta, now: datetime) -> list[State]:
    """What has become true by silence since the state was last looked at, in order. A machine that has failed is not
    late besides; it is missed when it goes on saying nothing."""
    if state in {State.OFF, State.MISSED}:
        return []
    found = []
    if state in {State.WAITING, State.OK} and now > late_at(base, grace):
        found.append(State.LATE)
    if now > missed_at(base, grace):
        found.append(State.MISSED)
    return found


def next_look(state: State, base: datetime, grace: timedelta) -> datetime | None:
    """When silence would change the state next; none when it cannot."""
    match state:
        case State.OFF | State.MISSED:
            return None
        case State.LATE | State.FAILED:
            return missed_at(base, grace)
    return late_at(base, grace)


def answered(kind: Kind) -> State:
    """The state that a machine's word leads to."""
    return State.FAILED if kind is Kind.FAIL else State.OK


def lasted(started_at: datetime | None, last_at: datetime | None, now: datetime) -> timedelta | None:
    """How long the job took: from its start, if that came after the last end."""
    if started_at is None or (last_at is not None and started_at < last_at) or started_at > now:
        return None
    return now - started_at


def was_deaf(looked_at: datetime | None, now: datetime) -> bool:
    """Whether nobody looked for so long that signs may have been lost meanwhile."""
    return looked_at is not None and now - looked_at > DEAF
