"""The signed state of the log by mail, once a day, to mailboxes outside; held as soon as our mail server took one."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.anchoring.mailboxes import mailboxes, note_settings
from app.anchoring.vouching import FORGED, Signer, signer_here
from core.audit.anchors import (
    HELD,
    MAIL,
    begin,
    give_up,
    hold,
    newest_anchors,
    newest_checkpoint,
    put_off,
    waiting,
)
from core.audit.proof_models import AuditAnchor, AuditCheckpoint
from core.db import Database
from core.logs import log
from core.organisation import organisation
from core.settings import Settings
from notifications.models import OutboxMessage
from notifications.outbox import enqueue, keyed
from notifications.relay import relay_url
from notifications.transport import writes_files

KIND = "log_anchor"
PRIORITY = 7  # after whatever somebody waits for
LOST = {"failed": "refused", "dead": "given_up", "cancelled": "held_back", "bounced": "came_back"}


def mail_out(database: Database, settings: Settings, now: datetime) -> int:
    """Queue today's mails and look what became of the earlier ones; returns how many were queued."""
    signer = signer_here(settings)
    with database.transaction() as session:
        note_settings(session, settings, now)
        _settle(session, now)
        to = mailboxes(session, settings)
        if signer is None or not to or writes_files(relay_url(session, settings), settings):
            return 0
        point = newest_checkpoint(session)
        if point is None or not _is_due(session, point, now):
            return 0
        return _queue(session, signer, point, to, now)


def _is_due(session: Session, point: AuditCheckpoint, now: datetime) -> bool:
    """Once a day where the company is, and never the same checkpoint again. A forged one that stayed inside costs no
    mail: the next that is ours goes."""
    zone = ZoneInfo(organisation(session).zone)
    mailed = select(AuditAnchor).where(AuditAnchor.kind == MAIL, AuditAnchor.fault != FORGED)
    last = session.scalar(mailed.order_by(AuditAnchor.checkpoint_id.desc(), AuditAnchor.id).limit(1))
    if last is None:
        return True
    day = (last.tried_at or last.at).astimezone(zone).date()
    return last.checkpoint_id != point.id and day != now.astimezone(zone).date()


def _queue(session: Session, signer: Signer, point: AuditCheckpoint, to: tuple[str, ...], now: datetime) -> int:
    if signer.vouches(point) is None:
        row = begin(session, point.id, MAIL, "", now)
        row.tried_at = now
        give_up(row, FORGED)
        log.error("anchor_failed", kind=MAIL, reason=FORGED)
        return 0
    company, queued = organisation(session), 0
    facts = {"note": point.note, "key": signer.key_of(point).text}
    for address in to:
        once = f"anchor:{point.id}:{keyed(session, KIND, address)[:32]}"
        message = enqueue(session, KIND, to=address, language=company.language, once=once, now=now,
                          priority=PRIORITY, facts=facts)  # fmt: skip
        if message is not None:
            session.flush()
            row = begin(session, point.id, MAIL, message.id, now)
            row.tries, row.tried_at = 1, now
            queued += 1
    return queued


def _settle(session: Session, now: datetime) -> None:
    """What the mail server said. The outbox tries again by itself; here is only written how it ended. A mail that comes
    back later was never held."""
    for row in session.scalars(waiting(MAIL)).all():
        message = session.get(OutboxMessage, row.place)
        if message is None:
            give_up(row, "given_up")
        elif message.state == "accepted":
            hold(row, message.message_id.encode(), message.accepted_at or now)
        elif message.state in LOST:
            give_up(row, LOST[message.state])
            log.warning("anchor_failed", kind=MAIL, reason=row.fault)
        elif message.state == "deferred":
            put_off(row, "deferred")
    for row in newest_anchors(session, MAIL):
        message = session.get(OutboxMessage, row.place)
        if row.state == HELD and message is not None and message.state == "bounced":
            give_up(row, LOST["bounced"])
