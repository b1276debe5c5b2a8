"""The cases that count for one reader: the same that the register shows one by one (security.md A3), less reports that
were no incident, cases that went up in others, and history of other registers, whose times are not ours."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.orm import Session, aliased

from core.access import Actor, Operation
from incidents.commission_models import Decision
from incidents.erasing.parts import Part
from incidents.erasing_models import ErasedPart
from incidents.escalation import Duty
from incidents.figures.deliveries import OF_STATE, Deliveries, Mail, Outcome
from incidents.figures.reckoning import Case, Measure
from incidents.models import Incident, IncidentClock
from incidents.queries import may_see
from incidents.register.asking import Asked, conditions
from incidents.register.behind import GDPR
from incidents.sealed import owes_answer
from incidents.states import AUTHORITY_SETTLED, ENDED, State
from notifications.models import OutboxMessage
from notifications.notice_models import Filing

AT_ONCE = 1000
LEFT_OUT = (State.NOT_AN_INCIDENT, State.MERGED)


def counted(
    actor: Actor, asked: Asked, zone: str, operation: Operation = Operation.READ_REGISTER
) -> ColumnElement[bool]:
    """Which cases count, as a condition."""
    ours = and_(Incident.external_id.is_(None), Incident.state.not_in(LEFT_OUT))
    return and_(may_see(actor, operation), ours, *conditions(asked, zone))


def cases(
    session: Session, actor: Actor, asked: Asked, zone: str, now: datetime,
    operation: Operation = Operation.READ_REGISTER,
) -> Iterator[Case]:  # fmt: skip
    """One by one, the latest report first; memory stays flat."""
    query = _columns(actor).where(counted(actor, asked, zone, operation))
    rows = session.execute(
        query.order_by(Incident.reported_at.desc(), Incident.id.desc()).execution_options(yield_per=AT_ONCE)
    )
    here = ZoneInfo(zone)
    return (_case(row, now, here) for row in rows)


def deliveries(session: Session, actor: Actor, asked: Asked, zone: str, operation: Operation) -> Deliveries:
    """How the notices and letters of the same cases stand, counted by the database; alerts to ourselves are not among
    them."""
    kinds = OutboxMessage.message_class.in_([*Mail])
    query = select(OutboxMessage.message_class, OutboxMessage.state, func.count()).join(
        Incident, Incident.id == OutboxMessage.case_id
    )
    found: Counter[tuple[Mail, Outcome]] = Counter()
    counts = query.where(kinds, counted(actor, asked, zone, operation))
    for kind, state, number in session.execute(counts.group_by(OutboxMessage.message_class, OutboxMessage.state)):
        found[Mail(kind), OF_STATE[state]] += number
    return Deliveries(dict(found))


def _columns(actor: Actor) -> Any:
    clock, first, ruling = aliased(IncidentClock), aliased(IncidentClock), aliased(Decision)
    gone = aliased(ErasedPart)
    taken = select(func.min(first.stopped_at)).where(
        first.incident_id == Incident.id, first.duty == Duty.ACKNOWLEDGE, first.stop_reason == "taken"
    )
    decided = select(func.min(ruling.in_force_at)).where(ruling.incident_id == Incident.id, ~owes_answer(actor))
    filed = select(func.min(Filing.filed_at)).where(Filing.incident_id == Incident.id, Filing.recipient_id == "")
    notify = and_(clock.incident_id == Incident.id, clock.regime == GDPR, clock.duty == Duty.NOTIFY_AUTHORITY)
    return (
        select(
            Incident.reference, Incident.cause_class, Incident.cause_code, Incident.state, Incident.authority_track,
            Incident.reported_at, clock.started_at.label("aware_at"), clock.due_at, clock.stopped_at,
            clock.late_seconds, gone.kept, taken.scalar_subquery().label("taken_at"),
            decided.scalar_subquery().label("decided_at"), filed.scalar_subquery().label("filed_at"),
        )
        .select_from(Incident)
        .join(clock, notify, isouter=True)
        .join(gone, and_(gone.incident_id == Incident.id, gone.part == Part.CASE), isouter=True)
    )  # fmt: skip


def _case(row: Row[Any], now: datetime, here: ZoneInfo) -> Case:
    spans = {
        Measure.ACKNOWLEDGE: _span(row.reported_at, row.taken_at),
        Measure.DECIDE: _span(row.reported_at, row.decided_at or _kept(row.kept)),
        Measure.NOTIFY: _span(row.aware_at or row.reported_at, row.filed_at),
    }
    asked_for = row.filed_at is None and row.authority_track not in AUTHORITY_SETTLED and row.state not in ENDED
    running = row.due_at is not None and row.stopped_at is None
    return Case(
        row.reference,
        row.cause_class,
        row.cause_code,
        {measure: seconds for measure, seconds in spans.items() if seconds is not None},
        late=bool(row.late_seconds),
        overdue=bool(asked_for and running and row.due_at < now),
        day=row.reported_at.astimezone(here).date(),
    )


def _kept(kept: Mapping[str, Any] | None) -> datetime | None:
    """When an erased case was decided."""
    at = (kept or {}).get("decided_at")
    return datetime.fromisoformat(at) if at else None


def _span(begin: datetime, end: datetime | None) -> int | None:
    return None if end is None else max(0, (end - begin) // timedelta(seconds=1))
