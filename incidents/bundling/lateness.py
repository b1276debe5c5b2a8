"""Each case of a joint notice is late or in time by its own deadline, as if it had been told alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.escalation import Duty
from incidents.models import Incident


@dataclass(frozen=True, slots=True)
class Late:
    """A case that would be told after its deadline, and by how much."""

    case: Incident
    due_at: datetime
    by: timedelta


def late_ones(cases: Iterable[Incident], at: datetime) -> list[Late]:
    """Those whose notice would be late at this moment. At the very moment of the deadline it is in time."""
    ends = [(case, deadline_of(case)) for case in cases]
    return [Late(case, due, at - due) for case, due in ends if due is not None and at > due]


def deadline_of(case: Incident) -> datetime | None:
    """The end of the clock of the notice while it runs, else None."""
    clock = case.clock(Duty.NOTIFY_AUTHORITY)
    return clock.due_at if clock is not None and clock.stopped_at is None else None


def first_due(cases: Iterable[Incident]) -> Incident | None:
    """The case whose deadline comes first: the joint notice is due with it."""
    running = [(due, case.reference, case) for case in cases if (due := deadline_of(case)) is not None]
    return min(running, key=lambda one: one[:2])[2] if running else None
