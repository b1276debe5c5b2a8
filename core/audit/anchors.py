"""Which checkpoint is held at which place outside: rows that wait, are held or have failed.

The log gets no entry for any of it. An entry about each anchor would make the log grow, a grown log is signed a minute
later and anchored again: it would fill itself with its own proofs. What is anchored proves itself by its evidence.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.audit.proof_models import AuditAnchor, AuditCheckpoint

FOLDER, TSA, MAIL = "folder", "tsa", "mail"
KINDS = (FOLDER, TSA, MAIL)
WAITING, HELD, FAILED = "waiting", "held", "failed"
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)


def newest_checkpoint(session: Session) -> AuditCheckpoint | None:
    return session.scalar(select(AuditCheckpoint).order_by(AuditCheckpoint.id.desc()).limit(1))


def newest_held(session: Session, kind: str, place: str | None = None) -> AuditCheckpoint | None:
    """The last checkpoint that a place of this kind holds."""
    query = select(AuditCheckpoint).join(AuditAnchor, AuditAnchor.checkpoint_id == AuditCheckpoint.id)
    query = query.where(AuditAnchor.kind == kind, AuditAnchor.state == HELD)
    if place is not None:
        query = query.where(AuditAnchor.place == place)
    return session.scalar(query.order_by(AuditAnchor.checkpoint_id.desc()).limit(1))


def newest_anchors(session: Session, kind: str) -> list[AuditAnchor]:
    """The rows of this kind for the last checkpoint any of them is about; of mails there is one for each mailbox."""
    of_kind = AuditAnchor.kind == kind
    last = select(AuditAnchor.checkpoint_id).where(of_kind).order_by(AuditAnchor.checkpoint_id.desc()).limit(1)
    query = select(AuditAnchor).where(of_kind, AuditAnchor.checkpoint_id == last.scalar_subquery())
    return list(session.scalars(query.order_by(AuditAnchor.id)))


def waiting(kind: str) -> Select[AuditAnchor]:
    return select(AuditAnchor).where(AuditAnchor.state == WAITING, AuditAnchor.kind == kind).order_by(AuditAnchor.id)


def begin(session: Session, checkpoint_id: int, kind: str, place: str, now: datetime) -> AuditAnchor:
    """The row of a checkpoint and a place, locked; made when there is none, also when two workers make it at once."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    wanted = {"checkpoint_id": checkpoint_id, "kind": kind, "place": place}
    row = dialect.insert(AuditAnchor).values(**wanted, state=WAITING, at=now, tries=0, fault="")
    session.execute(row.on_conflict_do_nothing(index_elements=["kind", "checkpoint_id", "place"]))
    return session.scalars(select(AuditAnchor).filter_by(**wanted).with_for_update()).one()


def hold(anchor: AuditAnchor, evidence: bytes | None, at: datetime) -> None:
    """The place has it since `at`."""
    anchor.state, anchor.at, anchor.fault, anchor.evidence = HELD, at, "", evidence


def put_off(anchor: AuditAnchor, fault: str) -> None:
    """It was tried and did not work; it waits for its next try."""
    anchor.fault = fault


def give_up(anchor: AuditAnchor, fault: str) -> None:
    anchor.state, anchor.fault = FAILED, fault


def next_try(anchor: AuditAnchor) -> datetime:
    """When it may be tried again: after 1, 2, 4 ... minutes, six hours at most, a quarter more or less by the row, so
    that many installations do not come at once after an authority's outage."""
    if anchor.tried_at is None:
        return anchor.at
    wait = min(FIRST_WAIT * (1 << min(anchor.tries - 1, 12)), LONGEST_WAIT)
    spread = hashlib.sha256(f"{anchor.id}:{anchor.tries}".encode()).digest()[0] / 255
    return anchor.tried_at + wait * (0.75 + spread / 2)


def is_due(anchor: AuditAnchor, now: datetime) -> bool:
    """A clock that was set back must not let it wait for longer than its wait."""
    return not now < next_try(anchor) <= now + LONGEST_WAIT * 1.25
