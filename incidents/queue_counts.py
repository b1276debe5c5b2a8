"""How many cases stand behind a filter: counted up to a bound and never further, whatever the size of the company."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.bounded import MOST, bounded
from incidents.models import Incident, IncidentClock
from incidents.queries import may_see
from incidents.queue_filters import SHORT, Filter, condition, legal, shelf
from incidents.sources import behind, seen_by, together


def counts(session: Session, actor: Actor, now: datetime) -> dict[Filter, int]:
    """How many cases stand behind each filter, for this actor; `MOST` + 1 says that there are more."""
    return {chosen: count(session, actor, chosen, now) for chosen in Filter}


def count(session: Session, actor: Actor, chosen: Filter, now: datetime, most: int = MOST) -> int:
    """The same for one filter, up to `most` + 1."""
    seen = may_see(actor, Operation.LIST_CASES)
    only, few = seen_by(session, actor, Operation.LIST_CASES), behind(session, actor, chosen)
    if only is None and chosen is Filter.SHORT:
        return _due_soon(session, seen & shelf(chosen), now, most)
    wanted = seen & condition(session, actor, chosen, now)
    query = select(Incident.id).where(wanted)
    if only is not None:
        query = query.where(Incident.id.in_(together(only)))
    elif few is None:
        query = query.order_by(Incident.reported_at.desc())  # so that the index of these cases leads
    else:
        parts = [source.where(wanted).limit(most + 1) for source in few]
        query = together(parts).distinct() if len(parts) > 1 else parts[0]
    return session.scalar(select(bounded(query, most))) or 0


def _due_soon(session: Session, wanted: ColumnElement[bool], now: datetime, most: int) -> int:
    """By a walk along the deadlines, farther only when the cases of those met are too few: asked of all deadlines at
    once, PostgreSQL gathers every clock that runs before it stops at the bound."""
    clock, reach = IncidentClock, 2 * (most + 1)
    while True:
        order = select(clock.incident_id).where(*legal(clock), clock.due_at < now + SHORT).order_by(clock.due_at)
        met = order.limit(reach).cte("met")
        cases = select(Incident.id).where(wanted, Incident.id.in_(select(met.c.incident_id))).limit(most + 1)
        walked, found = session.execute(select(_number(select(met)), _number(cases))).one()
        if found > most or walked < reach:
            return found
        reach *= 4


def _number(query: Select[Any]) -> ScalarSelect[int]:
    return select(func.count()).select_from(query.subquery()).scalar_subquery()
