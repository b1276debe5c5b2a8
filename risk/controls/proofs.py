"""Proofs that run out, such as a certificate: a new one is asked for in time, and the old file is erased some time
afterwards. The check itself stays."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.files import StoredFile
from core.organisation import organisation
from risk.control_status import SOON, end_of_day
from risk.mails import keeper, tell_proof
from risk.models import Control, ControlCheck, ControlReminder
from risk.once import insert_once

KEPT_AFTERWARDS = timedelta(days=90)
SOON_OVER, OVER = "proof_soon", "proof_expired"


def remind_of_proofs(session: Session, now: datetime) -> int:
    """Say once that a proof will run out, and once that it has; a newer proof makes it pointless."""
    zone, told = organisation(session).zone, 0
    for control, day in _running_out(session, now, zone):
        ends_at = end_of_day(day, zone)
        kind = OVER if now > ends_at else SOON_OVER
        if insert_once(session, ControlReminder, control_code=control.code, due_at=ends_at, kind=kind, given_at=now):
            told += 1
            for user in keeper(session, control):
                tell_proof(session, user, control, day, over=kind == OVER, now=now)
    return told


def erase_old_proofs(session: Session, now: datetime) -> int:
    """Delete the files of proofs that ran out long ago."""
    last_day = now.astimezone(ZoneInfo(organisation(session).zone)).date() - KEPT_AFTERWARDS
    old = select(ControlCheck).where(ControlCheck.proof_expires_on < last_day, ControlCheck.proof_erased_at.is_(None))
    checks = session.scalars(old.with_for_update(skip_locked=True)).all()
    for check in checks:
        files = check.evidence
        session.execute(delete(StoredFile).where(StoredFile.id.in_(files)))
        check.evidence, check.proof_erased_at = [], now
        record(session, SYSTEM, "control:proof_erased", check.control_code, now, facts={"files": len(files)})
    return len(checks)


def _running_out(session: Session, now: datetime, zone: str) -> Iterator[tuple[Control, date]]:
    """Controls whose latest proof with a day ends within two weeks, or has ended."""
    horizon = (now + SOON).astimezone(ZoneInfo(zone)).date()
    ending = select(ControlCheck).where(
        ControlCheck.proof_expires_on <= horizon, ControlCheck.proof_erased_at.is_(None)
    )
    for check in session.scalars(ending.order_by(ControlCheck.control_code, ControlCheck.done_at)).all():
        control = session.get_one(Control, check.control_code)
        later = select(ControlCheck.id).where(
            ControlCheck.control_code == check.control_code,
            ControlCheck.done_at > check.done_at,
            ControlCheck.proof_expires_on.is_not(None),
        )
        if (
            check.proof_expires_on
            and control.has_card
            and not control.paused(now)
            and not session.scalar(later.limit(1))
        ):
            yield control, check.proof_expires_on
