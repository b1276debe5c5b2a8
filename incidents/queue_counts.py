"""How many cases stand behind a filter: counted up to a bound and never further, whatever the size of the company."""

from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.access import Actor, Operation
from core.i18n import grouped
from incidents.models import Incident, IncidentClock
from incidents.queries import may_see
from incidents.queue_filters import SHORT, Filter, condition, legal
from incidents.sources import behind, seen_by, together

MOST = 1_000  # counting further costs more than the page, and tells nobody more


def counts(session: Session, actor: Actor, now: datetime) -> dict[Filter, int]:
    """How many cases stand behind each filter, for this actor; `MOST` + 1 says that there are more."""
    return {chosen: count(session, actor, chosen, now) for chosen in Filter}


def count(session: Session, actor: Actor, chosen: Filter, now: datetime, most: int = MOST) -> int:
    """The same for one filter, up to `most` + 1."""
    wanted = may_see(actor, Operation.LIST_CASES) & condition(session, actor, chosen, now)
    only, few = seen_by(session, actor, Operation.LIST_CASES), behind(session, actor, chosen)
    query = select(Incident.id).where(wanted)
    if only is not None:
        query = query.where(Incident.id.in_(together(only)))
    elif chosen is Filter.SHORT:
        query = _by_deadline(now).where(wanted)
    elif few is None:
        query = query.order_by(Incident.reported_at.desc())  # so that the index of these cases leads
    else:
        query = together([source.where(wanted).limit(most + 1) for source in few]).distinct()
    return session.scalar(select(func.count()).select_from(query.limit(most + 1).subquery())) or 0


def in_words(number: int, most: int = MOST) -> str:
    """The number for a page: "1 000+" when there are more."""
    return f"{grouped(most)}+" if number > most else grouped(number)


def _by_deadline(now: datetime) -> Select[str]:
    """Each case once, by the first of its deadlines that end soon."""
    due, sooner = aliased(IncidentClock), aliased(IncidentClock)
    before = or_(sooner.due_at < due.due_at, and_(sooner.due_at == due.due_at, sooner.id < due.id))
    earlier = select(sooner.id).where(sooner.incident_id == due.incident_id, *legal(sooner), before)
    query = select(Incident.id).join(due, due.incident_id == Incident.id)
    return query.where(*legal(due), due.due_at < now + SHORT, ~earlier.exists())
