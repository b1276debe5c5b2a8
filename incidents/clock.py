"""The law of time: deadlines are arithmetic on aware datetimes, in UTC, with `now` as an argument.

A regime is one law or rule and the duties it opens. Its stages are chained events: each counts from a moment in the
life of the case, or from the moment another stage was done, never as a fixed offset from one start.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from incidents.escalation import TO_A_DEADLINE, Ladder
from incidents.periods import Period, RestDay, in_utc, weekend
from incidents.rules import Moments, Rule


class WrongRegime(ValueError):
    """A regime that cannot be counted by stops the start, with one sentence."""

    def __init__(self, regime: str, why: str) -> None:
        super().__init__(f"The regime {regime} cannot be used: {why}.")


class Given(StrEnum):
    """Who sets the length, where the law leaves it open: a contract, the authority's card, or its order."""

    CONTRACT = "contract"
    AUTHORITY_CARD = "authority_card"
    ORDER = "order"


GivenLengths = Mapping[str, Period | datetime]


@dataclass(frozen=True, slots=True)
class Stage:
    """One duty of a regime: what to do, towards whom, by which rule, and who is told while it is not done."""

    duty: str
    title: str
    recipient: str
    rule: Rule
    ladder: Ladder = TO_A_DEADLINE
    given: Given | None = None

    def under(self, given: Period | datetime | None) -> "Stage":
        """The stage with the length that a contract, a card or an order gives it."""
        if given is None or self.given is None:
            return self
        if isinstance(given, datetime):
            return replace(self, rule=replace(self.rule, ordered_end=in_utc(given).isoformat()))
        return replace(self, rule=replace(self.rule, period=given))

    @property
    def lacks_its_length(self) -> bool:
        """Nobody has given it yet, and the law has none of its own; such a clock does not run."""
        return self.given is not None and self.rule.period.as_soon_as_possible and not self.rule.ordered_end


@dataclass(frozen=True, slots=True)
class Version:
    """The stages of a regime from a date on, for clocks that start on that date or later."""

    since: date
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Regime:
    """One law or rule, and the stages it opens. `everywhere`: it applies to every case of every company.

    `applies_to` tells in one sentence whom the law binds; it stands in the settings and where a manager confirms.
    """

    code: str
    title: str
    law: str
    applies_to: str
    stages: tuple[Stage, ...]
    later: tuple[Version, ...] = ()
    everywhere: bool = False

    def on(self, day: date) -> tuple[Stage, ...]:
        """The stages in force on the day a clock starts."""
        in_force = [version.stages for version in self.later if version.since <= day]
        return in_force[-1] if in_force else self.stages

    def every_version(self) -> tuple[tuple[Stage, ...], ...]:
        """The stages of each version, the oldest first."""
        return (self.stages, *(version.stages for version in self.later))

    def stage(self, duty: str, day: date) -> Stage | None:
        """The stage of that day; a chain that began earlier may still hold one that a later version has dropped."""
        found = (stage for stages in (self.on(day), *self.every_version()) for stage in stages if stage.duty == duty)
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock that runs. Without `due_at` the duty is to be done as soon as possible."""

    stage: Stage
    started_at: datetime
    due_at: datetime | None
    latest_arguable_at: datetime | None

    @property
    def duty(self) -> str:
        return self.stage.duty

    @property
    def basis(self) -> str:
        return self.stage.rule.basis


def open_clocks(
    regime: Regime,
    moments: Moments,
    zone: str,
    *,
    given: GivenLengths | None = None,
    rests: RestDay = weekend,
) -> list[Deadline]:
    """Every clock of `regime` whose moment has come, by the version in force when its chain began.

    Args:
        moments: when the case was reported, known, classified and so on: anchor -> aware moment.
        zone: the company's zone, for periods in days and months.
        given: lengths that a contract, a card or an order sets: duty -> period, or the moment of the order's end.
        rests: whether a day is no working day; used for the latest arguable end only.

    Raises:
        ValueError: a moment has no zone.
    """
    clocks = []
    for stage in _stages(regime, moments, ZoneInfo(zone), given or {}):
        started_at = stage.rule.start(moments)
        if started_at is not None and not stage.lacks_its_length:
            ends = stage.rule.ends(moments, zone, rests)
            due_at, latest = (ends.due_at, ends.latest_arguable_at) if ends else (None, None)
            clocks.append(Deadline(stage, started_at, due_at, latest))
    return clocks


def clocks_to_come(regime: Regime, moments: Moments, zone: str, *, given: GivenLengths | None = None) -> list[Stage]:
    """The stages that wait for a later event, or for the contract or the order that gives them a length."""
    stages = _stages(regime, moments, ZoneInfo(zone), given or {})
    return [stage for stage in stages if stage.rule.start(moments) is None or stage.lacks_its_length]


def _stages(regime: Regime, moments: Moments, zone: ZoneInfo, given: GivenLengths) -> list[Stage]:
    """The version is chosen by the earliest moment any version counts from; a chain stays under the one it began in."""
    known = (stage.rule.start(moments) for stages in regime.every_version() for stage in stages)
    begun = [start for start in known if start is not None]
    stages = regime.on(min(begun).astimezone(zone).date()) if begun else regime.stages
    return [stage.under(given.get(stage.duty)) for stage in stages]


def effective_deadline(current: datetime, proposed: datetime, agreed: bool) -> datetime:
    """The earlier deadline keeps showing until the chair or the head agrees to a later awareness."""
    return proposed if agreed else min(current, proposed)
