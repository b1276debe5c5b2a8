"""Time-stamps for what others rely on, and one a day: a stamp each minute would cost an authority, and us, too much.

A stamp over the newest checkpoint covers all before it, so at most one waits; while it does, it moves on to the newest.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists
from sqlalchemy.orm import Session

from app.anchoring.configured import Stamping, ways_of
from app.anchoring.vouching import FORGED, signer_here
from core.audit.anchors import TSA, WAITING, begin, hold, is_due, newest_checkpoint, newest_held, put_off, waiting
from core.audit.occasions import GROWN
from core.audit.proof_models import AuditAnchor, AuditCheckpoint
from core.audit.timestamps import LARGEST, NoToken, check_token, question
from core.db import Database
from core.logs import log
from core.moment import Clock
from core.settings import Settings
from notifications.channels.calling import Unreached, fetch

DAY = timedelta(hours=24)
HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


@dataclass(frozen=True)
class Claim:
    """The right to have one checkpoint stamped now."""

    anchor_id: int
    checkpoint_id: int
    note: bytes


def stamp(database: Database, settings: Settings, clock: Clock) -> bool:
    """Have stamped what is due; true when a token came that counts. Twice is harmless: each token proves by itself."""
    stamping, signer = ways_of(settings).stamping, signer_here(settings)
    if stamping is None or signer is None:
        return False
    with database.transaction() as session:
        row, point = _due(session, stamping.place, clock())
        if row is None or point is None:
            return False
        row.tries, row.tried_at = row.tries + 1, clock()
        if signer.vouches(point) is None:
            put_off(row, FORGED)
            return False
        claim = Claim(row.id, point.id, point.note.encode())
    token, fault = _token(stamping, claim.note)
    with database.transaction() as session:
        row = session.get_one(AuditAnchor, claim.anchor_id, with_for_update=True)
        if row.checkpoint_id != claim.checkpoint_id or row.state != WAITING:
            return False  # it took so long that another has taken over
        if fault:
            put_off(row, fault)
            log.warning("anchor_failed", kind=TSA, reason=fault)
        else:
            hold(row, token, clock())
    return not fault


def _token(stamping: Stamping, note: bytes) -> tuple[bytes, str]:
    """The answer as it came, once it is checked; or the code of what was wrong with it."""
    asked = question(note)
    try:
        answer = fetch("POST", stamping.to, private=stamping.private, largest=LARGEST, body=asked.content,
                       headers=HEADERS)  # fmt: skip
        check_token(answer, note, stamping.authority, asked.nonce)
    except (Unreached, NoToken) as trouble:
        return b"", trouble.reason
    return answer, ""


def _due(session: Session, place: str, now: datetime) -> tuple[AuditAnchor | None, AuditCheckpoint | None]:
    """The one row that waits, moved on to the newest checkpoint, when its turn has come."""
    row = session.scalars(waiting(TSA).with_for_update()).first()
    point, held = newest_checkpoint(session), newest_held(session, TSA, place)
    if point is None or (held and held.id == point.id) or (row and not is_due(row, now)):
        return None, None
    if row is None and not _wanted(session, held, now):
        return None, None
    row = row or begin(session, point.id, TSA, place, now)
    row.checkpoint_id, row.place = point.id, place
    return (row, point) if is_due(row, now) else (None, None)


def _wanted(session: Session, held: AuditCheckpoint | None, now: datetime) -> bool:
    """Whether something was signed for more than its growth since the last stamp, or that one is a day old."""
    if held is None or abs(now - held.at) >= DAY:
        return True
    special = exists().where(AuditCheckpoint.id > held.id, AuditCheckpoint.why != GROWN)
    return bool(session.scalar(special.select()))
