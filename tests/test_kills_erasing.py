"""A worker killed with -9 while it erases: each case is whole or erased, and the next worker goes on."""

import random
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from core.access import Role
from core.audit.verify import verify
from core.files import StoredFile
from core.keys import CaseKey
from incidents.erasing_models import ErasedPart, ErasureItem
from incidents.models import CaseNote, Incident
from incidents.reported import narrative
from tests.fixtures.world import World
from tests.incidents.erasing import ended_case
from tests.incidents.test_retention import TWO_YEARS, approved, due_now, proposed

WORKER = """
import sys
from datetime import datetime
from pathlib import Path
from core.db import Database
from core.key_file import load_keyring
from incidents.erasing import clearing, jobs
clearing.AT_ONCE, clearing.PAUSE, jobs.PAUSE = 2, 0.002, 0.002
at = datetime.fromisoformat(sys.argv[3])
print("ready", flush=True)
jobs.erase_approved(Database(sys.argv[1], load_keyring(Path(sys.argv[2]))), lambda: at)
"""


def test_a_worker_killed_while_it_erases_leaves_each_case_whole_or_erased(world: World) -> None:
    killed_again_and_again(world, cases=3, kills=2)


@pytest.mark.long
def test_a_worker_killed_forty_times_while_it_erases_leaves_each_case_whole_or_erased(world: World) -> None:
    killed_again_and_again(world, cases=30, kills=40)


def killed_again_and_again(world: World, cases: int, kills: int) -> None:
    for _ in range(cases):
        ended_case(world)
    world.later(days=TWO_YEARS)
    assert len(due_now(world)) == 2 * cases
    assert approved(world, proposed(world, Role.MANAGER), 2 * cases) == 2 * cases
    for kill in range(kills + 1):
        line = [sys.executable, "-c", WORKER, world.database.url, str(world.settings.data_key), world.now.isoformat()]
        worker = subprocess.Popen(line, stdout=subprocess.PIPE)
        assert worker.stdout
        assert worker.stdout.readline() == b"ready\n"
        if kill < kills:
            time.sleep(random.uniform(0.01, 0.25))
            worker.send_signal(signal.SIGKILL)
        worker.wait(120)
        worker.stdout.close()
        whole_or_erased(world)
    with world.look() as session:
        parts = session.scalars(select(ErasedPart)).all()
        assert len(parts) == cases
        assert all(part.cleared_at and part.swept_at for part in parts)
        assert session.scalar(select(func.count()).select_from(ErasureItem)) == 0


def whole_or_erased(world: World) -> None:
    with world.look() as session:
        for case in session.scalars(select(Incident)):
            key = session.get_one(CaseKey, case.id)
            notes = session.scalar(select(func.count()).where(CaseNote.incident_id == case.id))
            files = session.scalar(select(func.count()).where(StoredFile.case_id == case.id))
            proof = session.get(ErasedPart, (case.id, "case"))
            if case.erased_at is None:
                assert narrative(session, case)
                assert (bool(key.wrapped), notes, files, proof, bool(case.title)) == (True, 1, 1, None, True)
            else:
                assert (key.wrapped, key.erased_at, notes, files, case.title) == ("", case.erased_at, 0, 0, "")
                assert proof is not None
        assert verify(session).result == "ok"
