"""Answering an alarm: one person says "I am at it". The alarm rests for the patience of its level, no longer."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict
from incidents.clock_rows import next_alarm_of
from incidents.models import ClockLevel, Incident, IncidentClock


def acknowledge(session: Session, actor: Actor, incident: Incident, clock: IncidentClock, now: datetime) -> ClockLevel:
    """Answer the alarm that is out on this clock. A second answer changes nothing: the first one stands.

    Raises:
        Conflict: the duty is done, or no alarm is out.
    """
    session.refresh(clock, with_for_update=True)  # the clock before its level, in the order of the tick
    if clock.stopped_at is not None:
        raise Conflict(N_("This is done already. There is no alarm to acknowledge."))
    row = alarm_out(session, clock)
    if row is None:
        raise Conflict(N_("No alarm has gone off on this clock."))
    if row.acknowledged_at is not None:
        return row
    row.acknowledged_at, row.acknowledged_by = now, actor.id
    if row.told_at is None:
        row.told_at = now
    if clock.next_at is None or clock.next_at > now:
        clock.next_at = next_alarm_of(session, clock, now)
    record(session, actor, "clock:acknowledged", incident.reference, now, case=incident.id,
           facts={"level": row.level, "duty": clock.duty, "round": clock.round})  # fmt: skip
    return row


def alarm_out(session: Session, clock: IncidentClock) -> ClockLevel | None:
    """The level whose alarm is out, locked until the transaction ends."""
    query = select(ClockLevel).where(
        ClockLevel.clock_id == clock.id, ClockLevel.round == clock.round, ~ClockLevel.overtaken
    )
    latest = query.order_by(ClockLevel.due_at.desc(), ClockLevel.level.desc()).limit(1)
    return session.scalar(latest.with_for_update(), execution_options={"populate_existing": True})
