"""The escalation ladder: who is told when nobody has acted, and who next when nobody answers. Data, and pure questions.

A level falls at a moment of its clock and is raised once. While nobody acknowledges it, or nothing comes of the
acknowledgement, its alarm goes out again, to the next people of the level.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.errors import N_


class Duty(StrEnum):
    """The duties that the case itself fulfils: a verb of it stops their clocks."""

    ACKNOWLEDGE = "acknowledge"
    NOTIFY_AUTHORITY = "notify_authority"
    SUPPLEMENT = "supplement"
    INFORM_PEOPLE = "inform_people"
    INFORM_AS_ORDERED = "inform_as_ordered"


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


Audiences = frozenset[Audience]


@dataclass(frozen=True, slots=True)
class Again:
    """The next alarm of a level that nobody has answered: so long after the last one, to these people."""

    after: timedelta
    tells: Audiences


@dataclass(frozen=True, slots=True)
class Step:
    """One rung. `after_start` counts from the start of the clock, `before_due` back from its end.

    `unanswered` is whom the alarm moves on to. After the last of them the level stays quiet, unless it is `repeated`:
    then its last alarm goes out again and again. Who acknowledges holds the alarm for `patience`, no longer.
    `second_channel`: mail alone is not enough.
    """

    level: Level
    tells: Audiences
    means: str
    after_start: timedelta | None = None
    before_due: timedelta | None = None
    unanswered: tuple[Again, ...] = ()
    repeated: timedelta | None = None
    patience: timedelta = timedelta(hours=4)
    second_channel: bool = False

    def falls_at(self, started_at: datetime, due_at: datetime | None) -> datetime | None:
        """When this level falls; None on a clock without an end, for a step that counts back from one."""
        if self.before_due is None:
            return started_at + (self.after_start or timedelta(0))
        return None if due_at is None else max(started_at, due_at - self.before_due)

    def alarm(self, number: int) -> Audiences:
        """Whom the alarm tells that follows after `number` earlier ones."""
        return (
            self.unanswered[min(number, len(self.unanswered)) - 1].tells if number and self.unanswered else self.tells
        )

    def wait_after(self, alarms: int) -> timedelta | None:
        """How long after the last of so many alarms the next one goes out; None: this level has told everybody."""
        return self.unanswered[alarms - 1].after if 0 < alarms <= len(self.unanswered) else self.repeated


Ladder = tuple[Step, ...]

_DEPUTY = frozenset({Audience.DEPUTY})
_DPO_HEAD = frozenset({Audience.DPO, Audience.HEAD})
_LEADERS = frozenset({Audience.MANAGER, Audience.DEPUTY, Audience.DPO, Audience.HEAD})
_RELEASE = frozenset({Audience.MANAGER, Audience.DPO, Audience.RELEASERS})
_OVERDUE = frozenset({Audience.HEAD, Audience.DPO, Audience.MANAGER})
_UP = (Again(timedelta(minutes=30), _DEPUTY), Again(timedelta(hours=1), _DPO_HEAD))
_DAY = timedelta(days=1)

TO_TAKE_IT: Ladder = (
    Step(Level.L1, _DEPUTY, N_("Nobody has taken the report"), after_start=timedelta(minutes=30)),
    Step(Level.L2, _DPO_HEAD, N_("Still nobody in charge"), after_start=timedelta(hours=2),
         unanswered=(Again(timedelta(hours=2), _LEADERS),), repeated=_DAY, second_channel=True),
)  # fmt: skip
TO_A_DEADLINE: Ladder = (
    Step(Level.L3, _RELEASE, N_("24 hours left"), before_due=timedelta(hours=24),
         unanswered=_UP, patience=timedelta(hours=8)),
    Step(Level.L4, _RELEASE, N_("6 hours left"), before_due=timedelta(hours=6),
         unanswered=_UP, patience=timedelta(hours=2), second_channel=True),
    Step(Level.L5, _OVERDUE, N_("The deadline has passed"), before_due=timedelta(0),
         unanswered=_UP, repeated=_DAY, patience=timedelta(hours=12), second_channel=True),
)  # fmt: skip
TO_A_DATE: Ladder = (
    Step(Level.L3, _RELEASE, N_("7 days left"), before_due=timedelta(days=7), patience=timedelta(days=4)),
    Step(Level.L4, _RELEASE, N_("2 days left"), before_due=timedelta(days=2), patience=_DAY),
    Step(Level.L5, _OVERDUE, N_("The deadline has passed"), before_due=timedelta(0),
         unanswered=_UP, repeated=_DAY, patience=_DAY, second_channel=True),
)  # fmt: skip
AS_SOON_AS_POSSIBLE: Ladder = (
    Step(Level.L3, _RELEASE, N_("A day without the duty done"), after_start=_DAY, unanswered=_UP, patience=_DAY),
    Step(Level.L4, _OVERDUE, N_("Three days without the duty done"), after_start=timedelta(days=3),
         repeated=_DAY, patience=_DAY, second_channel=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What the ladder needs of one clock.

    `started_at` is the report (or the moment it was handed back, which restarts the ladder) for `acknowledge`, and
    awareness for `notify_authority`. `stopped_at` is when somebody took the report, or when the notice was filed.
    """

    ladder: Ladder
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """What is known of the level that was raised last: how often it told people, and who answered when."""

    step: Step
    alarms: int
    alarmed_at: datetime
    acknowledged_at: datetime | None = None

    def again_at(self) -> datetime | None:
        """When its alarm goes out again: unanswered after a while, or answered and still not done."""
        wait = self.step.wait_after(self.alarms)
        if self.acknowledged_at is not None:
            return max(self.acknowledged_at, self.alarmed_at) + self.step.patience
        return None if wait is None else self.alarmed_at + wait


def levels(facts: ClockFacts) -> list[tuple[Step, datetime]]:
    """Every level of this clock and when it falls, earliest first. What falls after the duty was done never fires."""
    falls = [(step, at) for step in facts.ladder if (at := step.falls_at(facts.started_at, facts.due_at)) is not None]
    return [(step, at) for step, at in falls if facts.stopped_at is None or at < facts.stopped_at]


def levels_due(facts: ClockFacts, now: datetime) -> list[tuple[Step, datetime]]:
    """What must be on record by now. The last one is sent; those before it are recorded as overtaken."""
    return [(step, at) for step, at in levels(facts) if at <= now]


def next_level_after(facts: ClockFacts, now: datetime) -> datetime | None:
    """The next level, to be kept beside the clock so that a tick only asks for what is due."""
    return next((at for _, at in levels(facts) if at > now), None)


def next_alarm(facts: ClockFacts, last: Raised | None, now: datetime) -> datetime | None:
    """When the tick must look at this clock again: the next level, or the next alarm of the last one."""
    again = last.again_at() if last is not None and facts.stopped_at is None else None
    return min((at for at in (next_level_after(facts, now), again) if at is not None), default=None)
