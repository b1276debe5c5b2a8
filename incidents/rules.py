"""What one clock counts by: the moment it counts from, its period, and the cap that may end it earlier."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from incidents.periods import Ends, Period, RestDay, in_utc, weekend


class Anchor(StrEnum):
    """The moments a duty can count from. A law counts from awareness; our own rules count from the report."""

    REPORTED = "reported"
    AWARE = "aware"
    CLASSIFIED = "classified"
    DECIDED = "decided"
    ORDERED = "ordered"
    RECEIVED = "received"
    FIX_AVAILABLE = "fix_available"


DONE = "done:"


def done(duty: str) -> str:
    """The anchor of a stage that counts from the moment `duty`, an earlier stage of the same regime, was done."""
    return DONE + duty


class Threshold(StrEnum):
    """How grave a case must be for the duty. The Digital Omnibus (COM(2025) 837, not law) would ask for a high risk."""

    ANY = "any"
    RISK = "risk"
    HIGH_RISK = "high_risk"


Moments = Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Cap:
    """No later than `period` after `anchor`, unless what the rule counts from falls only after that.

    Until that moment is known the cap alone binds, so that nobody gains time by leaving it unknown.
    """

    anchor: str
    period: Period


@dataclass(frozen=True, slots=True)
class Rule:
    """What one clock counts by. It is kept with the clock: a later version of the law changes nothing before it."""

    anchor: str
    period: Period
    basis: str
    cap: Cap | None = None
    threshold: Threshold = Threshold.ANY
    ordered_end: str = ""

    def start(self, moments: Moments) -> datetime | None:
        """Where counting begins; a capped rule begins at its cap until the moment it counts from is known."""
        own = moments.get(self.anchor)
        if own is None and self.cap is not None:
            own = moments.get(self.cap.anchor)
        return in_utc(own) if own is not None else None

    def ends(self, moments: Moments, zone: str, rests: RestDay = weekend) -> Ends | None:
        """When the duty must be done; None when it is to be done as soon as possible, or nothing has started it."""
        if self.ordered_end:
            end = in_utc(datetime.fromisoformat(self.ordered_end))
            return Ends(end, end)
        own = moments.get(self.anchor)
        ends = self.period.ends(own, zone, rests) if own is not None else None
        cap = self._cap(moments, zone, rests)
        if cap is None or (own is not None and in_utc(own) > cap.due_at):
            return ends
        return cap if ends is None else cap & ends

    def _cap(self, moments: Moments, zone: str, rests: RestDay) -> Ends | None:
        if self.cap is None or self.cap.anchor not in moments:
            return None
        return self.cap.period.ends(moments[self.cap.anchor], zone, rests)

    @property
    def counts_from_awareness(self) -> bool:
        return self.anchor == Anchor.AWARE or (self.cap is not None and self.cap.anchor == Anchor.AWARE)

    def as_json(self) -> dict[str, Any]:
        """For the snapshot kept with a clock; `rule_from` reads it back."""
        return asdict(self)


def rule_from(kept: Mapping[str, Any]) -> Rule:
    """The rule a clock was started under."""
    cap = kept["cap"]
    return Rule(
        kept["anchor"],
        Period(**kept["period"]),
        kept["basis"],
        Cap(cap["anchor"], Period(**cap["period"])) if cap else None,
        Threshold(kept["threshold"]),
        kept["ordered_end"],
    )
