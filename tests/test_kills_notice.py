"""A worker is killed between the dot and the answer of a notice: in doubt, alarmed, and never sent again by itself.

The relay writes each mail to the disk before it answers, so its journal is the truth that we are held against.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import update

from core.access import Role
from core.moment import now
from incidents import notifying
from notifications.models import OutboxMessage
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.cases import PASSWORD
from tests.incidents.notice_mails import DENMARK, Sender

LEASE, PATIENCE = "1.5", 60.0


def test_a_notice_whose_worker_was_killed_in_the_window(small_world: World, tmp_path: Path) -> None:
    through_a_kill(small_world, tmp_path, kills=1)


@pytest.mark.long
def test_a_notice_whose_workers_are_killed_ten_times_in_the_window(world: World, tmp_path: Path) -> None:
    through_a_kill(world, tmp_path, kills=10)


def through_a_kill(world: World, folder: Path, kills: int) -> None:
    """Each time a person sends again, another worker dies; the authority gets one mail a confirmation, no more."""
    world.now = now()
    relay = Postbox(journal=folder / "journal.jsonl")
    relay.start()
    try:
        sender = Sender(world, relay)
        sender.work()  # the mails about the case so far
        sender.send()
        for kill in range(1, kills + 1):
            let_it_go(world)
            killed_before_the_answer(world, relay, kill)
            alarms_and_repeats_nothing(world, relay, 2 * kill)
            assert_in_doubt(sender, relay, kill)
            if kill < kills:
                sender.do(notifying.send_again, "Myndigheten har inget fått.", PASSWORD, sender.settings)
        sender.do(notifying.arrived, world.now, "Myndigheten har bekräftat det per telefon.", "")
        sender.work()
    finally:
        relay.stop()
    assert taken(relay) == kills, "one mail a confirmation"
    assert sender.case.log().count("notice:filed") == 1


def killed_before_the_answer(world: World, relay: Postbox, number: int) -> None:
    """The mail is on the relay's disk, the answer is not out: that is the window."""
    relay.delay = PATIENCE
    with worker(world, relay) as process:
        wait_for(lambda: taken(relay) == number, process)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
    relay.delay = 0


def alarms_and_repeats_nothing(world: World, relay: Postbox, alarms: int) -> None:
    """The next worker finds what the dead one left, and tells the manager and the deputy."""
    with worker(world, relay) as process:
        wait_for(lambda: alarmed(relay) == alarms, process)


def assert_in_doubt(sender: Sender, relay: Postbox, number: int) -> None:
    assert sender.message().state == "uncertain"
    assert sender.filing() is None
    clock = sender.case.now().clock("notify_authority")
    assert clock is not None
    assert clock.stopped_at is None
    assert taken(relay) == number, "nothing was sent again"


def let_it_go(world: World) -> None:
    """The time to stop it is over."""
    with world.change() as session:
        waiting = update(OutboxMessage).where(OutboxMessage.kind == "notice_filing", OutboxMessage.state == "queued")
        session.execute(waiting.values(due_at=now()))


@contextmanager
def worker(world: World, relay: Postbox) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "app.cli", "work", "--lease", LEASE]
    settings = os.environ | {
        "VAKA_DATABASE_URL": world.settings.database_url,
        "VAKA_VAR_DIR": str(world.settings.var_dir),
        "VAKA_SMTP_URL": relay.url,
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(command, env=settings, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def taken(relay: Postbox) -> int:
    """How many mails to the authority the journal on the disk holds."""
    assert relay.journal is not None
    lines = relay.journal.read_text().splitlines() if relay.journal.exists() else []
    return sum(json.loads(line)["to"] == [DENMARK] for line in lines)


def alarmed(relay: Postbox) -> int:
    """How many alarms the manager and the deputy have."""
    people = {(f"{role}@nordhamn.example",) for role in (Role.MANAGER, Role.DEPUTY)}
    subject = "Oklart om anmälan gick fram"
    return sum(one.recipients in people and one.subject.startswith(subject) for one in list(relay.letters))


def wait_for(done: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while not done():
        assert process.poll() is None, f"the worker ended with {process.returncode}"
        assert time.monotonic() < until, "the worker did not get there in time"
        time.sleep(0.02)
