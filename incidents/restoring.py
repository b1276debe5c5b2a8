"""An earlier state begins: nothing leaves, what may have left is uncertain, and the log says so. A person ends it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor
from core.audit import record
from core.audit.entries import Fact
from core.audit.head import frontier_of
from core.audit.models import AuditHead
from core.audit.tree import root
from core.errors import N_, Conflict
from core.restored import RestoredCopy, restored
from incidents.erasing_models import ErasedBefore, ErasedPart, LegalHold
from incidents.states import PeopleTrack
from notifications.after_restore import doubt_all, unsettled
from notifications.letters.models import Mailing


@dataclass(frozen=True)
class Found:
    """How an earlier state was noticed."""

    by: str
    as_of: datetime | None = None
    seen_size: int = 0


def begin(session: Session, found: Found, now: datetime) -> RestoredCopy | None:
    """Everything at once, in the caller's transaction; None when it has begun already."""
    if restored(session):
        return None
    head = session.scalars(select(AuditHead).with_for_update()).one()
    copy = RestoredCopy(
        found_by=found.by, at=now, as_of=found.as_of, size=head.size,
        root=root(frontier_of(head)).hex(),
        seen_size=max(found.seen_size, head.size), doubtful=doubt_all(session, now),
    )  # fmt: skip
    session.add(copy)
    session.flush()
    session.execute(update(Mailing).where(Mailing.state == PeopleTrack.HOLDING).values(hold_until=now))
    facts: dict[str, Fact] = {"found_by": found.by, "entries": copy.size, "root": copy.root, "doubtful": copy.doubtful}
    record(session, SYSTEM, "service:restored", "service", now, facts=facts)
    return copy


NOT_SETTLED = N_("There are still messages that nobody knows about. Settle them first.")
BEING_RELEASED = N_("There are letters that were approved and whose wait is not over. Wait, or stop them.")
BACK = N_("Cases that were erased are here again. Erase them again, or place a legal hold on them.")
NOT_RESTORED = N_("This is no earlier state, or somebody has ended it already.")


def end(session: Session, actor: Actor, now: datetime) -> RestoredCopy:
    """Somebody says that all is settled: mails leave again, and the log goes on from here as a line of its own.

    Raises:
        Conflict: something is not settled, or it has ended already.
    """
    copy = restored(session)
    if copy is None:
        raise Conflict(NOT_RESTORED)
    if sum(unsettled(session).values()):
        raise Conflict(NOT_SETTLED)
    if being_released(session):
        raise Conflict(BEING_RELEASED)
    if session.scalar(select(func.count()).select_from(ErasedBefore).where(is_back())):
        raise Conflict(BACK)
    copy.ended_at, copy.ended_by = now, actor.id
    record(session, actor, "log:restored", "service", now,
           facts={"entries": copy.size, "root": copy.root, "seen_entries": copy.seen_size})  # fmt: skip
    return copy


def is_back() -> ColumnElement[bool]:
    """Of what was erased once: what is neither erased again nor held."""
    again = select(ErasedPart.incident_id).where(
        ErasedPart.incident_id == ErasedBefore.incident_id, ErasedPart.part.in_([ErasedBefore.part, "case"])
    )
    held = select(LegalHold.id).where(LegalHold.incident_id == ErasedBefore.incident_id, LegalHold.lifted_at.is_(None))
    return ~again.exists() & ~held.exists()


def being_released(session: Session) -> int:
    """How many mailings were approved and have not begun to leave."""
    waiting = Mailing.state.in_([PeopleTrack.APPROVED, PeopleTrack.HOLDING])
    return session.scalar(select(func.count()).select_from(Mailing).where(waiting)) or 0
