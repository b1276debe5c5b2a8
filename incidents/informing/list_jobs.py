"""A knock of the worker: read the long lists that wait.

A batch of rows is a short transaction with how far it came, so that reports can be written in between; a worker that is
killed loses one batch, and another goes on after it. It may run in any number of workers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from time import sleep
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.crypto import CannotOpen
from core.db import Database
from core.errors import N_, Invalid
from core.moment import Clock
from core.organisation import organisation
from incidents.informing.long_list import Found, found_in, keep_found
from incidents.models import Incident
from notifications.letters import sealed_file
from notifications.letters.columns import confirmed
from notifications.letters.list_file import opened
from notifications.letters.recipients import Reading, understand
from notifications.letters.sent_models import ListState, SentList, SentListPart
from notifications.letters.spreadsheet import FIELD, MOST_ROWS, Record, Sheet, headed
from notifications.letters.staging import Staged, stage

BATCH = 500
PAUSE = 0.02  # seconds between two batches: a report that waits for the one writer of SQLite gets its turn
LEASE = timedelta(minutes=5)
MOST_FAULTS = 200
MOST_WORDS = 500
MOST_TRIES = 20
STUCK = N_("The list could not be read to its end. Save it as CSV UTF-8 and choose it again.")
WORDY = N_("The column for data holds more than {most} different words of its own. Choose another column for it.")


def _never() -> bool:
    return False


@dataclass(frozen=True)
class _Hold:
    """What a worker holds: the list, and the fence that is its right to write."""

    database: Database
    clock: Clock
    sent: SentList
    language: str


def read_lists(database: Database, clock: Clock, stop: Callable[[], bool] = _never) -> int:
    """Read what waits; returns how many lists have come to their end."""
    with database.reading() as session:
        found = list(session.scalars(select(SentList.id).where(_free(clock())).order_by(SentList.sent_at)))
    return sum(_read(database, clock, list_id, stop) for list_id in found)


def _free(now: datetime) -> Any:
    lease = or_(SentList.leased_until.is_(None), SentList.leased_until < now)
    return (SentList.state == ListState.ASKED) & lease


def _read(database: Database, clock: Clock, list_id: str, stop: Callable[[], bool]) -> bool:
    with database.transaction() as session:
        values = {"leased_until": clock() + LEASE, "fence": SentList.fence + 1}
        claimed = update(SentList).where(SentList.id == list_id, _free(clock())).values(values).returning(SentList)
        sent = session.scalar(claimed)
        if sent is None:
            return False
        hold = _Hold(database, clock, sent, organisation(session).language)
    if sent.fence > MOST_TRIES:
        return _end(hold, Invalid({FIELD: STUCK}))
    try:
        for batch in _batches(hold):
            if stop() or not _write(hold, batch):
                return _give_back(hold)
            sleep(PAUSE)
    except (sealed_file.Gone, CannotOpen):
        return False
    except Invalid as wrong:
        return _end(hold, wrong)
    return _end(hold)


def _batches(hold: _Hold) -> Iterator[tuple[int, Reading]]:
    """The rows nobody has written yet, understood, with the number of the last."""
    sent = hold.sent
    heads, rows = headed(opened(sealed_file.opened(hold.database, sent)).records, MOST_ROWS)
    columns = confirmed(sent.columns)
    left: Iterator[Record] = (record for record in rows if record[0] > sent.last_row)
    while batch := tuple(islice(left, BATCH)):
        yield batch[-1][0], understand(Sheet(heads, batch), columns, hold.language)


def _write(hold: _Hold, batch: tuple[int, Reading]) -> bool:
    last, reading = batch
    with hold.database.transaction() as session:
        sent = _mine(session, hold)
        if sent is None:
            return False
        staged = stage(session, sent, reading.people)
        _note(session, sent, staged, reading)
        sent.last_row, sent.rows = last, sent.rows + len(reading.people)
        sent.leased_until = hold.clock() + LEASE
    return True


def _note(session: Session, sent: SentList, staged: Staged, reading: Reading) -> None:
    sent.people += staged.people
    sent.by_mail += staged.by_mail
    sent.faulty += len({fault.row for fault in reading.faults})
    if not reading.faults and not staged.words:
        return
    found = found_in(session, sent)
    words = {lang: dict.fromkeys(each) for lang, each in found.words.items()}
    for lang, word in staged.words:
        words.setdefault(lang, {})[word] = None
    if sum(len(each) for each in words.values()) > MOST_WORDS:
        raise Invalid({FIELD: WORDY}, most=MOST_WORDS)
    faults = (*found.faults, *reading.faults)[:MOST_FAULTS]
    keep_found(session, sent, Found(faults, {lang: list(each) for lang, each in words.items()}))


def _mine(session: Session, hold: _Hold) -> SentList | None:
    """The list, locked, if this worker may still write: nobody replaced it, and no other worker took over."""
    sent = session.get(SentList, hold.sent.id, with_for_update=True, populate_existing=True)
    return sent if sent and sent.state == ListState.ASKED and sent.fence == hold.sent.fence else None


def _give_back(hold: _Hold) -> bool:
    with hold.database.transaction() as session:
        if sent := _mine(session, hold):
            sent.leased_until = None
    return False


def _end(hold: _Hold, wrong: Invalid | None = None) -> bool:
    """Read to the end, or refused: in both cases the file has done its work and goes."""
    with hold.database.transaction() as session:
        sent = _mine(session, hold)
        if sent is None:
            return False
        sent.leased_until = None
        session.execute(delete(SentListPart).where(SentListPart.list_id == sent.id))
        reference = session.get_one(Incident, sent.incident_id).reference
        sent.state = ListState.REFUSED if wrong else ListState.READ
        if wrong:
            sent.refusal = {"text": wrong.message, "params": wrong.params}
        facts = {"rows": sent.rows, "people": sent.people, "faults": sent.faulty}
        record(session, SYSTEM, "mailing:list_refused" if wrong else "mailing:list_read", reference, hold.clock(),
               case=sent.incident_id, facts=facts)  # fmt: skip
    return True
