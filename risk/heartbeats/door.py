"""Who knocks with a wrong token is slowed; who has the right one never is.

The right token is looked up first, by one look in an index, and nothing is counted or asked about it: however many
others guess behind the same proxy, a machine that knows its token is let in as if they were not there. Wrong ones are
counted by address in the database, for all workers alike, and their answer waits, longer and longer. It says the same
as for any address that does not exist. What is counted is bounded, so that guessing cannot fill the table or keep the
one writer of SQLite busy.
"""

from datetime import datetime

from core.db import Database
from identity import throttle

FREE = 10
STEP = 10
COUNTED = 50
FIRST_WAIT = 0.25
LONGEST_WAIT = 4.0
WAITING_AT_ONCE = 200  # of one process; more are answered at once, or waiting would itself be a way to harm


def count_wrong(database: Database, address: str, now: datetime) -> float:
    """Count a wrong token; returns for how many seconds its answer waits."""
    key = f"heartbeat:{address}"
    with database.reading() as session:
        tries = throttle.counted(session, key, now)
    if tries < COUNTED:
        with database.transaction() as session:
            throttle.note(session, key, now)
    return wait_for(tries)


def wait_for(tries: int) -> float:
    """Seconds to wait after so many wrong ones in the last quarter of an hour."""
    if tries < FREE:
        return 0.0
    return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** ((tries - FREE) // STEP)))
