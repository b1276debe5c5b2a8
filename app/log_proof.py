"""What vouches for one entry: the first checkpoint over it, and whether somebody outside holds a later one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.anchoring import standing
from core.audit.proof_models import AuditCheckpoint


@dataclass(frozen=True, slots=True)
class Proof:
    """`signed_at` and `signed_size` are of the first checkpoint that covers the entry; `held_at` of the newest that is
    held outside, when it covers the entry too."""

    signed_at: datetime | None = None
    signed_size: int = 0
    held_at: datetime | None = None
    held_size: int = 0
    kinds: tuple[str, ...] = ()


def proof_of(session: Session, seq: int) -> Proof:
    covers = select(AuditCheckpoint).where(AuditCheckpoint.size > seq)
    point = session.scalar(covers.order_by(AuditCheckpoint.size, AuditCheckpoint.id).limit(1))
    if point is None:
        return Proof()
    held = standing(session)
    if held.anchored_size <= seq:
        return Proof(point.at, point.size)
    return Proof(point.at, point.size, held.anchored_at, held.anchored_size, held.kinds)
