"""A knock of the worker: write the letters of a long list that was approved, a few hundred at a time.

Killed at any point it goes on where it stopped; two workers at it write no letter twice. When all lie written, list and
text are held against the hash of the test: only then the wait begins.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import sleep

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.db import Database
from core.moment import Clock
from incidents.informing.holding import begin_wait, proof_of
from incidents.informing.jobs import locked
from incidents.informing.mailings import forget_test, put, tell_makers
from incidents.informing.rehearsing import hash_now
from incidents.informing.writing import letter_of
from incidents.models import Incident
from incidents.states import PeopleTrack
from notifications.letters.freezing import BEFORE_ALL, cancel, freeze_next
from notifications.letters.list_rows import count
from notifications.letters.manuscript import Manuscript
from notifications.letters.models import Mailing, Recipient

BATCH = 500
PAUSE = 0.05  # seconds in which others may write


@dataclass(frozen=True, slots=True)
class _Approved:
    """A mailing that still waits for its letters, locked together with its case."""

    mailing: Mailing
    incident: Incident
    words: Manuscript


def write_letters(database: Database, clock: Clock, stop: Callable[[], bool] = lambda: False) -> int:
    """Returns how many mailings are written to their end."""
    with database.reading() as session:
        found = list(session.scalars(select(Mailing.id).where(Mailing.state == PeopleTrack.APPROVED)))
    return sum(_write(database, mailing_id, clock, stop) for mailing_id in found)


def _write(database: Database, mailing_id: str, clock: Clock, stop: Callable[[], bool]) -> bool:
    last, written = BEFORE_ALL, BATCH
    while written == BATCH:
        if stop():
            return False
        with database.transaction() as session:
            approved = _still(session, mailing_id)
            if approved is None:
                return False
            written, last = freeze_next(session, approved.mailing, approved.words, last, BATCH, clock())
        sleep(PAUSE)
    return _end(database, mailing_id, clock)


def _still(session: Session, mailing_id: str) -> _Approved | None:
    mailing, incident = locked(session, mailing_id)
    words = letter_of(session, mailing)
    return _Approved(mailing, incident, words) if mailing.state == PeopleTrack.APPROVED and words else None


def _end(database: Database, mailing_id: str, clock: Clock) -> bool:
    """The hashes of a long list take a while, so they are computed before anything is locked."""
    with database.reading() as session:
        mailing = session.get_one(Mailing, mailing_id)
        words = letter_of(session, mailing)
        same = words is not None and hash_now(session, mailing, words) == mailing.tested_hash
        proof = proof_of(session, mailing)
    with database.transaction() as session:
        approved = _still(session, mailing_id)
        if approved is None:
            return False
        if not same or count(session, approved.mailing, Recipient.outbox_id.is_not(None)) != approved.mailing.total:
            _void(session, approved, clock)
            return False
        begin_wait(session, SYSTEM, approved.incident, approved.mailing, approved.words, proof, clock())
    return True


def _void(session: Session, approved: _Approved, clock: Clock) -> None:
    """What was approved is not what lies there: nothing is sent, and the work goes back to the writer."""
    mailing, incident, now = approved.mailing, approved.incident, clock()
    put(incident, mailing, PeopleTrack.PREPARING)
    cancel(session, mailing, now)
    forget_test(mailing)
    mailing.approved_by = mailing.approved_at = None
    mailing.total = 0
    record(session, SYSTEM, "mailing:test_voided", incident.reference, now, case=incident.id)
    tell_makers(session, SYSTEM, incident, mailing, "letters_changed", f"{mailing.version}", now)
