"""C1: workers are killed at random in the middle of a mailing. Nobody is missed, nobody gets two, no doubt is hidden.

The long form takes its size from PROOF_PEOPLE and PROOF_KILLS (10,000 and 100 when they are not set):
`PROOF_PEOPLE=100000 PROOF_KILLS=1000 python -m pytest -m long tests/test_sending_proofs_kills.py`.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.settings import Settings
from tests.fixtures.mailing import by_journal, in_doubt, person, put_letters, reconcile, states, through
from tests.fixtures.shifted import environment
from tests.fixtures.sink import Sink
from tests.fixtures.world import World

LEASE = "1.5"
PATIENCE = 180.0
PEOPLE, KILLS = int(os.environ.get("PROOF_PEOPLE", "10000")), int(os.environ.get("PROOF_KILLS", "100"))


def test_workers_killed_while_mailing(small_world: World, tmp_path: Path, sink: Sink) -> None:
    mail_through_kills(small_world, tmp_path, sink, people=150, kills=3)


def test_a_window_of_letters_bounds_the_doubt(small_world: World, tmp_path: Path, sink: Sink) -> None:
    mail_through_kills(small_world, tmp_path, sink, people=300, kills=3, window=20)


@pytest.mark.long
def test_a_window_of_five_hundred_bounds_the_doubt(world: World, tmp_path: Path, sink: Sink) -> None:
    mail_through_kills(world, tmp_path, sink, PEOPLE, max(KILLS // 10, 3), window=500)


@pytest.mark.long
def test_workers_killed_over_and_over_while_mailing_thousands(world: World, tmp_path: Path, sink: Sink) -> None:
    mail_through_kills(world, tmp_path, sink, PEOPLE, KILLS)


def mail_through_kills(world: World, folder: Path, sink: Sink, people: int, kills: int, window: int = 1) -> None:
    """Kill, count, reconcile with the relay's journal, and count again."""
    message_ids = set(put_letters(world, map(person, range(people))).values())
    settings, began = through(world, sink, mail_window=window), time.monotonic()
    sure = people - kills * window  # so many are sent whatever is left in doubt
    for kill in range(kills):
        with worker(settings) as process:
            wait_for(lambda: sink.count > (kill + 1) * sure // (kills + 2), process)  # noqa: B023
            time.sleep(random.uniform(0, 0.05))
            process.kill()
    with worker(settings) as process:
        wait_for(lambda: states(world).keys() <= {"accepted", "uncertain"}, process)
        uncertain, before = in_doubt(world), sink.times()
        assert len(uncertain) <= kills * window, "one connection a worker, one window in doubt a kill"
        assert max(before.values()) == 1, "nobody twice"
        assert message_ids - before.keys() <= uncertain, "whoever was missed is on the list"
        result = reconcile(world, folder, by_journal(sink, uncertain))
        assert result["still_uncertain"] == 0
        wait_for(lambda: states(world).keys() == {"accepted"}, process)
    assert sink.times() == Counter(message_ids), "everybody once, after reconciling"
    nothing, took = len(message_ids - before.keys()), time.monotonic() - began
    print(f"{people} people, {kills} kills, window {window}: {len(uncertain)} uncertain, {nothing} of them had got "  # noqa: T201
          f"nothing; {took:.0f} s")  # fmt: skip


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "app.cli", "work", "--lease", LEASE]
    process = subprocess.Popen(command, env=environment(settings), stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_for(done: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while not done():
        assert process.poll() is None, f"the worker ended with {process.returncode}"
        assert time.monotonic() < until, "the worker did not get there in time"
        time.sleep(0.02)
