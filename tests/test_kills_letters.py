"""Workers killed again and again while they write the letters of a long list: every person once, with one hash."""

import random
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from incidents.informing import approving
from incidents.informing.letter_jobs import write_letters
from notifications.letters.freezing import letters_hash
from notifications.letters.models import Recipient
from notifications.models import OutboxMessage
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import letters_of

KILLS, PEOPLE = 12, 4_000
WORKER = """
import sys
from pathlib import Path
from core.crypto import load_keyring
from core.db import Database
from core.moment import now
from incidents.informing import letter_jobs
letter_jobs.BATCH, letter_jobs.PAUSE = 50, 0.005
print("ready", flush=True)
letter_jobs.write_letters(Database(sys.argv[1], load_keyring(Path(sys.argv[2]))), now)
"""


@pytest.mark.long
def test_two_workers_killed_while_they_write_leave_every_person_one_letter(
    world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approving, "AT_ONCE", 5)
    letters = letters_of(world, postbox)
    people = [f"Person {number};p{number}@x.example.com;sv" for number in range(PEOPLE)]
    letters.import_list("\n".join(["Namn;E-post;Språk", *people]))
    letters.write()
    letters.test()
    letters.approve()
    line = [sys.executable, "-c", WORKER, world.database.url, str(world.settings.data_key)]
    for _ in range(KILLS):
        two = [subprocess.Popen(line, stdout=subprocess.PIPE) for _ in range(2)]
        for worker in two:
            assert worker.stdout
            assert worker.stdout.readline() == b"ready\n"
        time.sleep(random.uniform(0, 0.4))
        for worker in two:
            worker.send_signal(signal.SIGKILL)
            worker.communicate()
    assert letters.track == "approved", "killed before the end, or the proof proves nothing"
    assert write_letters(world.database, lambda: world.now) == 1
    with world.look() as session:
        written = select(func.count(), func.count(OutboxMessage.recipient_id.distinct()))
        assert tuple(session.execute(written.where(OutboxMessage.kind == "letter")).one()) == (PEOPLE, PEOPLE)
        lying = select(func.count()).where(Recipient.outbox_id.is_not(None))
        assert session.scalar(lying) == PEOPLE
        assert letters.mailing.letters_hash == letters_hash(session, letters.mailing)
    assert letters.track == "holding"
