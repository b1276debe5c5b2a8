"""Two knocks of the worker: let go what has waited long enough, and notice when everything has an outcome.

Both may run in any number of workers and be killed at any point; the second run does nothing.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.db import Database
from core.restored import restored
from incidents.informing.mailings import put, tell_makers
from incidents.models import Incident
from incidents.states import PeopleTrack
from notifications.letters.counting import Progress, progress
from notifications.letters.freezing import doubt, freeze_again, thaw
from notifications.letters.models import Mailing


def release_due(database: Database, now: datetime) -> int:
    """The wait is over and nobody stopped it: the worker may have the letters. Returns how many mailings."""
    due = (Mailing.state == PeopleTrack.HOLDING) & (Mailing.hold_until <= now)
    with database.reading() as session:
        found = list(session.scalars(select(Mailing.id).where(due)))
    return sum(_release(database, mailing_id, now) for mailing_id in found)


def _release(database: Database, mailing_id: str, now: datetime) -> bool:
    with database.transaction() as session:
        return let_go(session, mailing_id, now)


def let_go(session: Session, mailing_id: str, now: datetime) -> bool:
    """One mailing whose wait may be over, in the caller's transaction."""
    mailing, incident = locked(session, mailing_id)
    if mailing.state != PeopleTrack.HOLDING or mailing.hold_until is None or mailing.hold_until > now:
        return False
    put(incident, mailing, PeopleTrack.SENDING)
    mailing.started_at = now
    if restored(session):
        doubt(session, mailing)
    else:
        thaw(session, mailing, now)
    record(session, SYSTEM, "mailing:sending", incident.reference, now, case=incident.id,
           facts={"count": mailing.total})  # fmt: skip
    return True


def settle(database: Database, now: datetime) -> int:
    """Count the mailings that are being sent; returns how many have come to their end."""
    running = Mailing.state.in_([PeopleTrack.SENDING, PeopleTrack.PAUSED])
    with database.reading() as session:
        mailings = list(session.scalars(select(Mailing).where(running)))
        found = [mailing.id for mailing in mailings if _something_to_do(mailing, progress(session, mailing))]
    return sum(_settle(database, mailing_id, now) for mailing_id in found)


def _something_to_do(mailing: Mailing, seen: Progress) -> bool:
    return seen.waiting > 0 if mailing.state == PeopleTrack.PAUSED else seen.finished or seen.many_fail


def _settle(database: Database, mailing_id: str, now: datetime) -> bool:
    with database.transaction() as session:
        return settle_one(session, mailing_id, now)


def settle_one(session: Session, mailing_id: str, now: datetime) -> bool:
    """One mailing, in the caller's transaction: whether everything in it has an outcome."""
    mailing, incident = locked(session, mailing_id)
    seen = progress(session, mailing)
    if mailing.state == PeopleTrack.PAUSED:
        freeze_again(session, mailing)  # what a dead worker gave back while we paused
        return False
    if mailing.state != PeopleTrack.SENDING:
        return False
    if seen.finished:
        _end(session, incident, mailing, seen, now)
    elif seen.many_fail:
        tell_makers(session, SYSTEM, incident, mailing, "letters_failing", f"failing:{mailing.approved_at}", now,
                    failed=seen.failed, total=seen.total)  # fmt: skip
    return seen.finished


def _end(session: Session, incident: Incident, mailing: Mailing, seen: Progress, now: datetime) -> None:
    put(incident, mailing, PeopleTrack.SENT)
    mailing.finished_at = now
    counts = {"total": seen.total, "arrived": seen.arrived, "failed": seen.failed, "withheld": seen.withheld}
    record(session, SYSTEM, "mailing:sent", incident.reference, now, case=incident.id, facts=counts)
    tell_makers(session, SYSTEM, incident, mailing, "letters_sent", f"sent:{mailing.approved_at}", now,
                arrived=seen.arrived, total=seen.total, failed=seen.failed + seen.withheld)  # fmt: skip


def locked(session: Session, mailing_id: str) -> tuple[Mailing, Incident]:
    """The case first, as the pages do, so that two never wait for each other."""
    mailing = session.get_one(Mailing, mailing_id)
    incident = session.get_one(Incident, mailing.incident_id, with_for_update=True, populate_existing=True)
    session.refresh(mailing)
    return mailing, incident
