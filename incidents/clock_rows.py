"""The law of time (clock.py) and the ladder (escalation.py) applied to stored clocks."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.clock import Anchor
from incidents.escalation import ClockFacts, Duty, Level, levels, next_level_after
from incidents.models import ClockLevel, Incident, IncidentClock
from incidents.regimes import REGIMES


def facts(clock: IncidentClock) -> ClockFacts:
    return ClockFacts(Duty(clock.duty), clock.started_at, clock.due_at, clock.stopped_at)


def stop(incident: Incident, duty: Duty | None, reason: str, now: datetime) -> None:
    """The duty is done or fell away: the open clocks of `duty` (None: all) raise no more alarms."""
    for clock in incident.clocks:
        if clock.stopped_at is None and duty in {None, clock.duty}:
            clock.stopped_at, clock.stop_reason, clock.next_at = now, reason, None


def restart(clock: IncidentClock, start: datetime, now: datetime) -> None:
    """The ladder begins again in a new round; levels that have passed by now are not raised again."""
    _count_from(clock, start)
    clock.stopped_at, clock.stop_reason, clock.proposed_start_at = None, "", None
    clock.round += 1
    clock.next_at = _moment(next_level_after(facts(clock), now))


def bring_forward(session: Session, clock: IncidentClock, start: datetime) -> None:
    """An earlier start: whatever level of this round has not been raised yet is next, even one already past."""
    _count_from(clock, start)
    raised = set(
        session.scalars(
            select(ClockLevel.level).where(ClockLevel.clock_id == clock.id, ClockLevel.round == clock.round)
        )
    )
    open_levels = [(level, at) for level, at in levels(facts(clock)) if level not in raised]
    clock.next_at = _moment(open_levels[0] if open_levels else None)


def resume(clock: IncidentClock, now: datetime) -> None:
    """The deadline stands as it was; the alarms go on, and one already past is raised at once."""
    clock.stopped_at, clock.stop_reason = None, ""
    clock.round += 1
    due = levels(facts(clock))
    passed = [(level, at) for level, at in due if at <= now]
    clock.next_at = _moment(passed[-1] if passed else next_level_after(facts(clock), now))


def deadline(clock: IncidentClock, start: datetime) -> datetime:
    """Where this duty would end if it had begun at `start`."""
    return REGIMES[clock.regime].duties[clock.duty](clock.duty, start).due_at


def from_awareness(incident: Incident) -> list[IncidentClock]:
    """The clocks that the law counts from awareness."""
    return [clock for clock in incident.clocks if REGIMES[clock.regime].counts_from is Anchor.AWARE]


def _count_from(clock: IncidentClock, start: datetime) -> None:
    counted = REGIMES[clock.regime].duties[clock.duty](clock.duty, start)
    clock.started_at, clock.due_at = start, counted.due_at
    clock.latest_arguable_at, clock.basis = counted.latest_arguable_at, counted.basis


def _moment(found: tuple[Level, datetime] | None) -> datetime | None:
    return found[1] if found else None
