"""What the page of an earlier state shows: since when, what may have left, case by case, and what is in the way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.outbox_view import not_about
from core.access import Actor, Operation
from core.audit.checkpoints import standing_refusal
from core.restored import RestoredCopy
from incidents.erasing_models import ErasedBefore
from incidents.models import Incident
from incidents.queries import may_see
from incidents.restoring import being_released, is_back
from notifications.models import OutboxMessage


@dataclass(frozen=True)
class Doubt:
    """A case with messages that may have left, and where they are settled."""

    reference: str
    title: str
    letters: int
    notices: int

    @property
    def people(self) -> str:
        return f"/incidents/{self.reference}/people"

    @property
    def authority(self) -> str:
        return f"/incidents/{self.reference}/authority"


@dataclass(frozen=True)
class Back:
    """A case of which something was erased once that is here again."""

    reference: str
    title: str
    erased_at: datetime


@dataclass(frozen=True)
class Settling:
    """Everything in the way of the end; no trace of a case the reader is involved in."""

    doubts: list[Doubt]
    releases: int
    refused: bool
    back: list[Back]

    @property
    def letters(self) -> int:
        return sum(doubt.letters for doubt in self.doubts)

    @property
    def done(self) -> bool:
        return not (self.doubts or self.releases or self.back)


def settling(session: Session, actor: Actor) -> Settling:
    return Settling(_doubts(session, actor), being_released(session), standing_refusal(session) is not None,
                    _back(session, actor))  # fmt: skip


def _back(session: Session, actor: Actor) -> list[Back]:
    seen = may_see(actor, Operation.READ_CASE)
    latest = func.max(ErasedBefore.erased_at)
    found = (
        select(Incident.reference, Incident.title, latest)
        .join(Incident, (Incident.id == ErasedBefore.incident_id) & seen)
        .where(is_back())
        .group_by(Incident.reference, Incident.title)
        .order_by(Incident.reference)
    )
    return [Back(row[0], row[1] or "", row[2]) for row in session.execute(found)]


def _doubts(session: Session, actor: Actor) -> list[Doubt]:
    seen = may_see(actor, Operation.READ_CASE)
    found = (
        select(Incident.reference, Incident.title, OutboxMessage.message_class, func.count())
        .join(Incident, (Incident.id == OutboxMessage.case_id) & seen)
        .where(OutboxMessage.state == "uncertain", not_about(actor))
        .group_by(Incident.reference, Incident.title, OutboxMessage.message_class)
        .order_by(Incident.reference)
    )
    return list(_by_case((row[0], row[1], row[2], row[3]) for row in session.execute(found)))


def _by_case(rows: Iterable[tuple[str, str, str, int]]) -> Iterable[Doubt]:
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for reference, title, kind, count in rows:
        counts[reference, title or ""][kind] = count
    for (reference, title), kinds in counts.items():
        notices = kinds.pop("hold", 0)
        yield Doubt(reference, title, sum(kinds.values()), notices)


def last_ended(session: Session) -> RestoredCopy | None:
    ended = select(RestoredCopy).where(RestoredCopy.ended_at.is_not(None)).order_by(RestoredCopy.id.desc())
    return session.scalar(ended.limit(1))
