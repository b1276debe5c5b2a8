"""The picture of the log: what is checked, where it is signed, and what somebody outside holds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.log_chain import Stop, evenly, place, stops
from core.audit.anchoring import Standing, standing
from core.audit.check_models import LogCheck
from core.audit.proof_models import AuditCheckpoint


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the picture's table."""

    size: int
    at: datetime | None
    held: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """`checked` and `bad` are ends of spans from 0 to 1; `unsigned` counts the entries after the last stop."""

    size: int
    checked_size: int
    checked: float
    bad: float | None
    stops: tuple[Stop, ...]
    lines: tuple[Line, ...]
    signed_size: int
    held_size: int

    @property
    def unsigned(self) -> int:
        return max(0, self.size - self.signed_size)


def chain(session: Session, check: LogCheck) -> Chain:
    """The log beside its last check."""
    now = standing(session)
    good = check.first_bad if check.result == "bad" else check.size
    known = _near(session, now)
    held = {one.size for one in now.by_kind if one.size}
    drawn = stops(known, held, now.size)
    return Chain(
        size=now.size,
        checked_size=good or 0,
        checked=place(good or 0, now.size),
        bad=place(check.first_bad or 0, now.size) if check.result == "bad" else None,
        stops=drawn,
        lines=tuple(Line(stop.size, known.get(stop.size), stop.held) for stop in drawn),
        signed_size=now.signed_size,
        held_size=now.anchored_size,
    )


def _near(session: Session, now: Standing) -> dict[int, datetime]:
    """A few checkpoints for the whole line, the newest and those that are held among them."""
    found: dict[int, datetime] = {}
    for size in {*evenly(now.size), *(one.size for one in now.by_kind)}:
        query = select(AuditCheckpoint).where(AuditCheckpoint.size <= size, AuditCheckpoint.size > 0)
        if point := session.scalar(query.order_by(AuditCheckpoint.size.desc(), AuditCheckpoint.id).limit(1)):
            found[point.size] = point.at
    return found
