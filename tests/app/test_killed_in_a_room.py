"""A backup, a restore or a drill that is killed leaves nothing of the database beyond the worker's next minute, and one
that is at work is left in peace."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from app.backing_up import DATA_KEY, DATABASE
from app.left_behind import sweep_left
from app.worker import JOBS, Worker, sweep_the_rooms
from core.settings import Settings
from core.workrooms import NAME
from tests.fixtures.elsewhere import Elsewhere
from tests.incidents.reporting import reported

HALFWAY = """
import sys, time
import app.backing_up, app.restoring, app.drilling
from app.cli import vaka
module, name = sys.argv[1].split(":")
real = getattr(sys.modules[module], name)
def slow(*words, **more):
    if name != "write_bundle":
        real(*words, **more)
    print("there", flush=True)
    time.sleep(600)
setattr(sys.modules[module], name, slow)
vaka(sys.argv[2:])
"""
COPIES = {*DATABASE.values()}


@contextmanager
def halfway(elsewhere: Elsewhere, settings: Settings, where: str, *words: object) -> Iterator[subprocess.Popen[bytes]]:
    """The command in a process of its own, when it has come to `where` and stays there."""
    told = {"VAKA_DATABASE_URL": settings.database, "VAKA_VAR_DIR": str(settings.var_dir),
            "VAKA_BACKUP_PUBLIC_KEY": elsewhere.public}  # fmt: skip
    program = [sys.executable, "-c", HALFWAY, where, *map(str, words)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, env={**os.environ, **told}) as process:
        assert process.stdout
        assert b"there\n" in iter(process.stdout.readline, b"")
        yield process
        process.send_signal(signal.SIGKILL)


def left(settings: Settings) -> set[str]:
    return {path.name for path in (settings.var_dir / NAME).rglob("*") if path.is_file()}


def databases(elsewhere: Elsewhere) -> int:
    """How many a drill has made beside ours; on SQLite it is a file in its room."""
    if elsewhere.here.database.url.startswith("sqlite"):
        return 0
    with elsewhere.here.look() as session:
        return session.scalar(text("SELECT count(*) FROM pg_database WHERE datname LIKE 'vaka_drill_%'")) or 0


@pytest.mark.parametrize("work", ["backup", "restore", "drill"])
def test_what_a_killed_one_has_left_is_gone_after_the_next_minute(elsewhere: Elsewhere, work: str) -> None:
    here = elsewhere.here
    reported(here)
    if work == "backup":
        settings, where, words = here.settings, "app.backing_up:write_bundle", ["backup", elsewhere.file]
    else:
        assert elsewhere.back_up()[0] == 0
        settings = elsewhere.settings() if work == "restore" else here.settings
        where = "app.restoring:load" if work == "restore" else "app.drilling:load"
        words = [work, elsewhere.file, "--key", elsewhere.safe]
    with halfway(elsewhere, settings, where, *words):
        assert sweep_left(settings) == 0
        assert databases(elsewhere) == (work == "drill" and not here.database.url.startswith("sqlite"))
        assert left(settings) & COPIES
        assert (DATA_KEY in left(settings)) == (work != "backup")
    assert left(settings) & COPIES
    worker = Worker(here.database, settings)
    assert sweep_the_rooms in [job for job, _ in JOBS]
    sweep_the_rooms(worker)
    assert list((settings.var_dir / NAME).iterdir()) == []
    assert databases(elsewhere) == 0


def test_only_one_at_a_time_and_the_second_leaves_the_first_in_peace(elsewhere: Elsewhere) -> None:
    settings = elsewhere.here.settings
    with halfway(elsewhere, settings, "app.backing_up:write_bundle", "backup", elsewhere.file):
        code, said = elsewhere.back_up()
        assert (code, said.strip()) == (2, "Another backup, restore or drill is under way.")
        assert left(settings) & COPIES
    code, said = elsewhere.back_up()
    assert code == 0, said
    assert list((settings.var_dir / NAME).iterdir()) == []
