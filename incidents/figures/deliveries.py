"""What became of the notices and letters that left by mail: each counted once, by how it stands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.errors import N_
from incidents.figures.scale import spread, stacked

FEWEST = 5  # fewer are numbers, and no bar
WIDE, NARROW = 0.08, 0.2  # how far apart the numbers over a bar stand, of its length


class Mail(StrEnum):
    """By the class of the message: a person decides on a notice, the relay is asked about a letter."""

    NOTICE = "hold"
    LETTER = "reconcile"


class Outcome(StrEnum):
    """In the order of the bar."""

    ACCEPTED = "accepted"
    WAITING = "waiting"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    CANCELLED = "cancelled"


MAILS = {Mail.NOTICE: N_("Notices"), Mail.LETTER: N_("Letters to people")}
OUTCOMES = {
    Outcome.ACCEPTED: N_("taken by the mail server"),
    Outcome.WAITING: N_("waiting"),
    Outcome.UNCERTAIN: N_("in doubt"),
    Outcome.FAILED: N_("failed"),
    Outcome.CANCELLED: N_("called off"),
}
OF_STATE = {
    "accepted": Outcome.ACCEPTED,
    "decided": Outcome.ACCEPTED,
    "frozen": Outcome.WAITING,
    "queued": Outcome.WAITING,
    "claimed": Outcome.WAITING,
    "in_data": Outcome.WAITING,
    "deferred": Outcome.WAITING,
    "uncertain": Outcome.UNCERTAIN,
    "failed": Outcome.FAILED,
    "dead": Outcome.FAILED,
    "bounced": Outcome.FAILED,
    "cancelled": Outcome.CANCELLED,
}
MARKS = {
    Outcome.ACCEPTED: "c1",
    Outcome.WAITING: "c0",
    Outcome.UNCERTAIN: "doubt",
    Outcome.FAILED: "dotlate",
    Outcome.CANCELLED: "c3",
}
FRAMED = frozenset({Outcome.WAITING, Outcome.CANCELLED})


@dataclass(frozen=True, slots=True)
class Deliveries:
    """How many mails of a kind stand how; what is not there is none."""

    counts: Mapping[tuple[Mail, Outcome], int] = field(default_factory=dict)

    def number(self, outcome: Outcome, mail: Mail | None = None) -> int:
        kinds = [mail] if mail else [*Mail]
        return sum(self.counts.get((kind, outcome), 0) for kind in kinds)

    def of(self, mail: Mail) -> int:
        return sum(self.number(outcome, mail) for outcome in Outcome)

    @property
    def sent(self) -> int:
        """All that were to leave: what was called off in time is not among them."""
        return self.total - self.number(Outcome.CANCELLED)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def drawn(self) -> bool:
        return self.total >= FEWEST


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of a bar, from 0 to 1; its number stands over it, at `wide` or, on a phone, at `narrow`."""

    outcome: Outcome
    mark: str
    framed: bool
    low: float
    high: float
    count: int
    wide: float
    narrow: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


def cuts(found: Deliveries, mail: Mail) -> tuple[Cut, ...]:
    """One bar: its length is all mails of this kind, and each outcome that is there a piece of it."""
    known = [(outcome, number) for outcome in Outcome if (number := found.number(outcome, mail))]
    if not known:
        return ()
    places = stacked([number for _, number in known], found.of(mail))
    middles = [(low + high) / 2 for low, high in places]
    wide, narrow = (spread(middles, apart) for apart in (WIDE, NARROW))
    return tuple(
        Cut(outcome, MARKS[outcome], outcome in FRAMED, low, high, number, wide[at], narrow[at])
        for at, ((outcome, number), (low, high)) in enumerate(zip(known, places, strict=True))
    )
