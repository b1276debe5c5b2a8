"""The law of time (clock.py) and the ladder (escalation.py) applied to stored clocks."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.organisation import organisation
from incidents.clock import Deadline, Stage
from incidents.escalation import TO_A_DEADLINE, ClockFacts, Duty, Ladder, Raised, levels, next_alarm, next_level_after
from incidents.models import ClockLevel, Incident, IncidentClock
from incidents.regimes import REGIMES
from incidents.rules import Anchor, Moments, Rule, rule_from

FULFILLED = ("taken", "filed", "done")


def clock_row(regime: str, deadline: Deadline, now: datetime, *, confirmed: bool = True) -> IncidentClock:
    """A clock that starts: its first alarm is the last level already past, or the first one to come."""
    row = IncidentClock(
        regime=regime,
        duty=str(deadline.duty),
        basis=deadline.basis,
        rule=deadline.stage.rule.as_json(),
        confirmed=confirmed,
        round=1,
        started_at=deadline.started_at,
        due_at=deadline.due_at,
        latest_arguable_at=deadline.latest_arguable_at,
    )
    row.next_at = _from_now_on(row, now)
    return row


def rule_of(clock: IncidentClock) -> Rule:
    """What this clock counts by, as it stood when the clock started."""
    return rule_from(clock.rule)


def stage_of(clock: IncidentClock) -> Stage | None:
    """The duty as its regime describes it today; None for a regime that is no longer here."""
    regime = REGIMES.get(clock.regime)
    return regime.stage(clock.duty, clock.started_at.date()) if regime else None


def ladder_of(clock: IncidentClock) -> Ladder:
    """The ladder is ours, so it is the one of today; a regime that is no longer here keeps the common one."""
    stage = stage_of(clock)
    return stage.ladder if stage else TO_A_DEADLINE


def facts(clock: IncidentClock) -> ClockFacts:
    return ClockFacts(ladder_of(clock), clock.started_at, clock.due_at, clock.stopped_at)


def stop(incident: Incident, duty: Duty | None, reason: str, now: datetime) -> None:
    """The duty is done or fell away: the open clocks of `duty` (None: all) raise no more alarms."""
    for clock in incident.clocks:
        if clock.stopped_at is None and duty in {None, clock.duty}:
            end(clock, reason, now)


def end(clock: IncidentClock, reason: str, at: datetime) -> None:
    """Stop one clock. How late the duty was done is frozen here; a deadline that moves later changes nothing in it."""
    clock.stopped_at, clock.stop_reason, clock.next_at = at, reason, None
    if clock.late_seconds is None and reason in FULFILLED and clock.due_at is not None:
        clock.late_seconds = max(0, int((at - clock.due_at) / timedelta(seconds=1)))


def restart(clock: IncidentClock, moments: Moments, zone: str, now: datetime) -> None:
    """The ladder begins again in a new round; levels that have passed by now are not raised again."""
    _count_from(clock, moments, zone)
    clock.stopped_at, clock.stop_reason, clock.proposed_start_at = None, "", None
    clock.round += 1
    clock.next_at = next_level_after(facts(clock), now)


def bring_forward(session: Session, clock: IncidentClock, moments: Moments, zone: str) -> None:
    """An earlier start: whatever level of this round has not been raised yet is next, even one already past."""
    _count_from(clock, moments, zone)
    raised = set(
        session.scalars(
            select(ClockLevel.level).where(ClockLevel.clock_id == clock.id, ClockLevel.round == clock.round)
        )
    )
    open_levels = [at for step, at in levels(facts(clock)) if step.level not in raised]
    again = next_alarm_of(session, clock, max(open_levels, default=clock.started_at))
    clock.next_at = min((at for at in (*open_levels[:1], again) if at is not None), default=None)


def resume(clock: IncidentClock, now: datetime) -> None:
    """The deadline stands as it was; the alarms go on, and one already past is raised at once."""
    clock.stopped_at, clock.stop_reason, clock.late_seconds = None, "", None
    clock.round += 1
    clock.next_at = _from_now_on(clock, now)


def next_alarm_of(session: Session, clock: IncidentClock, now: datetime) -> datetime | None:
    """When the tick must look at this clock next: a level that falls, or an alarm nobody has answered."""
    return next_alarm(facts(clock), last_raised(session, clock), now)


def last_raised(session: Session, clock: IncidentClock) -> Raised | None:
    """The level whose alarm is out, of the present round."""
    row = session.scalar(
        select(ClockLevel)
        .where(ClockLevel.clock_id == clock.id, ClockLevel.round == clock.round, ~ClockLevel.overtaken)
        .order_by(ClockLevel.due_at.desc(), ClockLevel.level.desc())
        .limit(1)
    )
    step = next((step for step in ladder_of(clock) if row is not None and step.level == row.level), None)
    if row is None or step is None:
        return None
    return Raised(step, max(row.alarms, 1), row.told_at or row.raised_at, row.acknowledged_at)


def deadline(clock: IncidentClock, moments: Moments, zone: str) -> datetime | None:
    """When this duty would end if these were the moments it counts from."""
    ends = rule_of(clock).ends(moments, zone)
    return ends.due_at if ends else None


def from_awareness(incident: Incident) -> list[IncidentClock]:
    """The clocks that the law counts from awareness."""
    return [clock for clock in incident.clocks if rule_of(clock).counts_from_awareness]


def counted_from(incident: Incident) -> datetime | None:
    """The moment the law's clocks count from at present. A duty that is done keeps the moment it was judged by."""
    counted = [clock for clock in incident.clocks if clock.rule["anchor"] == Anchor.AWARE]
    still = [clock.started_at for clock in counted if clock.stop_reason not in FULFILLED]
    if counted and not still and incident.aware_at is not None:
        return incident.aware_at
    return min(still or [clock.started_at for clock in counted], default=None)


def zone_of(session: Session) -> str:
    return organisation(session).zone


def earliest(clocks: Iterable[IncidentClock]) -> datetime | None:
    return min((clock.due_at for clock in clocks if clock.due_at is not None), default=None)


def _count_from(clock: IncidentClock, moments: Moments, zone: str) -> None:
    rule = rule_of(clock)
    ends = rule.ends(moments, zone)
    clock.started_at = rule.start(moments) or clock.started_at
    clock.due_at, clock.latest_arguable_at = (ends.due_at, ends.latest_arguable_at) if ends else (None, None)


def _from_now_on(clock: IncidentClock, now: datetime) -> datetime | None:
    passed = [at for _, at in levels(facts(clock)) if at <= now]
    return passed[-1] if passed else next_level_after(facts(clock), now)
