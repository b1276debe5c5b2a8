"""A worker killed again and again while it reads a long list: every row once, as if nothing had happened."""

import random
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from core.access import Role
from incidents import informing
from incidents.informing import list_look
from notifications.letters.models import Recipient
from notifications.letters.sent_models import SentList
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import letters_of
from tests.incidents.test_long_lists import COLUMNS, send

KILLS, ROWS = 12, 6_000
WORKER = """
import sys
from datetime import timedelta
from pathlib import Path
from core.key_file import load_keyring
from core.db import Database
from core.moment import now
from incidents.informing import list_jobs
list_jobs.BATCH, list_jobs.LEASE, list_jobs.PAUSE = 50, timedelta(milliseconds=1), 0.005
print("ready", flush=True)
list_jobs.read_lists(Database(sys.argv[1], load_keyring(Path(sys.argv[2]))), now)
"""


@pytest.mark.long
def test_a_worker_killed_while_it_reads_leaves_every_row_once(
    world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_look, "AT_ONCE_ROWS", 5)
    letters = letters_of(world, postbox)
    people = [
        f"Person {n % 5_000};p{n % 5_000}@x.example.com;sv;{'lön' if n < 5_000 else 'adress'}" for n in range(ROWS)
    ]
    send(letters, "\n".join(["Namn;E-post;Språk;Uppgifter", *people]).encode(), COLUMNS)
    for kill in range(KILLS + 1):
        line = [sys.executable, "-c", WORKER, world.database.url, str(world.settings.data_key)]
        worker = subprocess.Popen(line, stdout=subprocess.PIPE)
        assert worker.stdout
        assert worker.stdout.readline() == b"ready\n"
        if kill < KILLS:
            time.sleep(random.uniform(0, 0.3))
            worker.send_signal(signal.SIGKILL)
        worker.wait(120)
        worker.stdout.close()
    with world.look() as session:
        sent = session.scalars(select(SentList)).one()
        assert (sent.state, sent.rows, sent.people, sent.faulty) == ("read", ROWS, 5_000, 0)
    letters.do(informing.take, Role.WRITER, with_faults=False)
    assert letters.mails == 5_000
    with world.look() as session:
        rows = select(func.count(), func.count(Recipient.row.distinct()))
        assert tuple(session.execute(rows).one()) == (ROWS, ROWS)
