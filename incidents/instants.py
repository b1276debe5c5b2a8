"""Occurred, detected, reported, aware: four instants that are stored apart and must make sense together."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import N_


@dataclass(frozen=True, slots=True)
class Instants:
    """The four instants that must never be mixed up (law section a): any of them may still be unknown."""

    occurred_at: datetime | None = None
    detected_at: datetime | None = None
    reported_at: datetime | None = None
    aware_at: datetime | None = None

    @property
    def later_awareness(self) -> bool:
        """Awareness after the report: lawful, but it needs a person, a reason and somebody's agreement."""
        return self.aware_at is not None and self.reported_at is not None and self.aware_at > self.reported_at


_ORDER = (
    ("detected_at", "occurred_at", N_("It cannot be noticed before it happened. Check both times.")),
    ("reported_at", "occurred_at", N_("It cannot be reported before it happened. Check both times.")),
    ("reported_at", "detected_at", N_("It cannot be reported before somebody noticed it. Check both times.")),
    ("aware_at", "occurred_at", N_("You cannot know of it before it happened. Check both times.")),
    ("aware_at", "detected_at", N_("You cannot know of it before somebody noticed it. Check both times.")),
)
IN_THE_FUTURE = N_("The time lies in the future. Check the date.")


def implausible(times: Instants, now: datetime) -> dict[str, str]:
    """The instants that cannot be true together: field -> the sentence that explains why."""
    found: dict[str, str] = {}
    for name in ("occurred_at", "detected_at", "reported_at", "aware_at"):
        moment = getattr(times, name)
        if moment is not None and moment > now:
            found[name] = IN_THE_FUTURE
    for later, earlier, sentence in _ORDER:
        second, first = getattr(times, later), getattr(times, earlier)
        if second is not None and first is not None and second < first:
            found.setdefault(later, sentence)
    return found
