"""Mails about erasing: that something has been kept long enough, and that a proposal waits for a second person.

One mail for each change, to each who can act, about what this person may see: who is involved in a case is told nothing
of it, not even by a count.
"""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.access import POLICY, Operation
from core.db import Database
from identity.models import User
from identity.people import holders
from incidents.erasing_models import ErasureItem
from incidents.models import Incident
from incidents.queries import may_see
from notifications.outbox import enqueue
from notifications.service_state import recall, remember

NAME = "erasure_told"
PATH = "/retention"
PRIORITY = 5
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def tell_of_due(database: Database, now: datetime) -> int:
    """Tell of what has come onto the list since the last mail; returns how many mails. A worker that was killed
    between the list and the mail tells at its next knock."""
    with database.reading() as session:
        if not _new(session):
            return 0
    with database.transaction() as session:
        if not (new := _new(session)):
            return 0
        fresh = (ErasureItem.noticed_at > _told(session)) & ErasureItem.batch_id.is_(None)
        mails = sum(_tell(session, "erasure_due", user, Operation.PROPOSE_ERASURE, fresh, f"{new.isoformat()}", now)
                    for user in holders(session, *POLICY[Operation.PROPOSE_ERASURE].grants))  # fmt: skip
        remember(session, NAME, {"until": new.isoformat()}, now)
        return mails


def tell_of_proposal(session: Session, batch: str, by: str, now: datetime) -> None:
    """In the transaction of the proposal, to everybody who could be the second person."""
    for user in holders(session, *POLICY[Operation.APPROVE_ERASURE].grants, without=(by,)):
        mine = ErasureItem.batch_id == batch
        _tell(session, "erasure_proposed", user, Operation.APPROVE_ERASURE, mine, batch, now)


def _told(session: Session) -> datetime:
    row = recall(session, NAME)
    return datetime.fromisoformat(row.value["until"]) if row else NEVER


def _new(session: Session) -> datetime | None:
    """The latest moment at which something came onto the list, if nobody has been told of it."""
    latest: datetime | None = session.scalar(select(func.max(ErasureItem.noticed_at)))
    return latest if latest and latest > _told(session) else None


def _tell(
    session: Session, kind: str, user: User, operation: Operation, which: ColumnElement[bool], once: str, now: datetime
) -> bool:
    seen = select(func.count()).select_from(ErasureItem).join(Incident, Incident.id == ErasureItem.incident_id)
    count = session.scalar(seen.where(which, may_see(user.actor, operation))) or 0
    if not count:
        return False
    sent = enqueue(session, kind, to=user.email, language=user.language, once=f"{kind}:{once}:{user.id}", now=now,
                   priority=PRIORITY, recipient_id=user.id, facts={"count": count, "path": PATH})  # fmt: skip
    return sent is not None
