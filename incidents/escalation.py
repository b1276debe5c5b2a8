"""The escalation ladder: who is told when nobody has acted. A table, and pure questions to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.errors import N_


class Duty(StrEnum):
    """Somebody takes the report (our own rule, from the report); the authority is told (the law, from awareness)."""

    ACKNOWLEDGE = "acknowledge"
    NOTIFY_AUTHORITY = "notify_authority"


DUTY_LABELS = {
    Duty.ACKNOWLEDGE: N_("Take the report"),
    Duty.NOTIFY_AUTHORITY: N_("Tell the authority"),
}


class Level(StrEnum):
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    L5 = "L5"


class Audience(StrEnum):
    """Who is told. All but the last are role codes; `releasers` is everyone who may release a notice."""

    MANAGER = "manager"
    DEPUTY = "deputy"
    DPO = "dpo"
    HEAD = "head"
    RELEASERS = "releasers"


@dataclass(frozen=True, slots=True)
class Step:
    """One rung. `after_start` counts from the start of the clock, `before_due` back from its end."""

    level: Level
    duty: Duty
    tells: frozenset[Audience]
    means: str
    after_start: timedelta | None = None
    before_due: timedelta | None = None

    def falls_at(self, started_at: datetime, due_at: datetime) -> datetime:
        if self.before_due is None:
            return started_at + (self.after_start or timedelta(0))
        return max(started_at, due_at - self.before_due)


_DEPUTY = frozenset({Audience.DEPUTY})
_DPO_HEAD = frozenset({Audience.DPO, Audience.HEAD})
_RELEASE = frozenset({Audience.MANAGER, Audience.DPO, Audience.RELEASERS})
_OVERDUE = frozenset({Audience.HEAD, Audience.DPO, Audience.MANAGER})
LADDER = (
    Step(Level.L1, Duty.ACKNOWLEDGE, _DEPUTY, N_("Nobody has taken the report"), after_start=timedelta(minutes=30)),
    Step(Level.L2, Duty.ACKNOWLEDGE, _DPO_HEAD, N_("Still nobody in charge"), after_start=timedelta(hours=2)),
    Step(Level.L3, Duty.NOTIFY_AUTHORITY, _RELEASE, N_("24 hours left to notify"), before_due=timedelta(hours=24)),
    Step(Level.L4, Duty.NOTIFY_AUTHORITY, _RELEASE, N_("6 hours left to notify"), before_due=timedelta(hours=6)),
    Step(Level.L5, Duty.NOTIFY_AUTHORITY, _OVERDUE, N_("The deadline has passed"), before_due=timedelta(0)),
)
STEPS = {step.level: step for step in LADDER}


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What the ladder needs of one clock.

    `started_at` is the report (or the moment it was handed back, which restarts the ladder) for `acknowledge`, and
    awareness for `notify_authority`. `stopped_at` is when somebody took the report, or when the notice was filed.
    """

    duty: Duty
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None


def levels(facts: ClockFacts) -> list[tuple[Level, datetime]]:
    """Every level of this clock and when it falls, earliest first. What falls after the duty was done never fires."""
    falls = [(step.level, step.falls_at(facts.started_at, facts.due_at)) for step in LADDER if step.duty == facts.duty]
    return [(level, at) for level, at in falls if facts.stopped_at is None or at < facts.stopped_at]


def levels_due(facts: ClockFacts, now: datetime) -> list[tuple[Level, datetime]]:
    """What must be on record by now. The last one is sent; those before it are recorded as overtaken."""
    return [(level, at) for level, at in levels(facts) if at <= now]


def next_level_after(facts: ClockFacts, now: datetime) -> tuple[Level, datetime] | None:
    """The next alarm, to be kept beside the clock so that a tick only asks for what is due."""
    return next(((level, at) for level, at in levels(facts) if at > now), None)
