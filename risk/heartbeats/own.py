"""`vaka backup` reports itself, where the company has adopted the control of its backups."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.organisation import organisation
from risk.heartbeats.beating import Word, take
from risk.heartbeats.keeping import make
from risk.heartbeats.models import OWN, Heartbeat
from risk.heartbeats.rules import Kind, Schedule
from risk.models import Control

CONTROL = "backup_copies"
NAME = "vaka backup"
GRACE = timedelta(hours=12)


def report_backup(session: Session, kind: Kind, message: str, days: int, now: datetime) -> bool:
    """Say how it went, as any machine would; the first time makes the heartbeat. False when no control asks."""
    control = session.get(Control, CONTROL)
    if control is None:
        return False
    heartbeat = session.get(Heartbeat, OWN, with_for_update=True, populate_existing=True)
    if heartbeat is None:
        schedule = Schedule(GRACE, timedelta(days=days), zone=organisation(session).zone)
        heartbeat = make(session, control, NAME, schedule, SYSTEM.id, now, answers=True, identity=OWN)
        session.flush()
        record(session, SYSTEM, "heartbeat:made", control.code, now, facts=heartbeat.facts())
    take(session, heartbeat, Word(kind, message), now)
    return True
