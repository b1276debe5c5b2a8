"""Workers are killed in the middle of a mailing: nobody is missed, nobody gets two, and every doubt is on the list.

The relay writes each letter to the disk before it answers, so its journal is the truth that we are held against.
"""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from core.moment import now
from incidents.models import Incident
from notifications.models import OutboxMessage
from notifications.outbox import enqueue
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World

CASE = "c" * 32
REFERENCE = "PUI-2026-7K3Q"
LEASE = "1.5"
PATIENCE = 120.0
SETTLED = {"accepted", "uncertain"}


def test_workers_killed_while_mailing(small_world: World, tmp_path: Path) -> None:
    mail_through_kills(small_world, tmp_path, people=100, kills=3)


@pytest.mark.long
def test_workers_killed_ten_times_while_mailing_500(world: World, tmp_path: Path) -> None:
    mail_through_kills(world, tmp_path, people=500, kills=10)


def mail_through_kills(world: World, folder: Path, people: int, kills: int) -> None:
    """Kill, count, reconcile with the relay's journal, and count again."""
    message_ids = prepare(world, people)
    relay = Postbox(journal=folder / "journal.jsonl", delay=0.002)
    relay.start()
    try:
        for kill in range(kills):
            with worker(world, relay) as process:
                wait_for(lambda: len(relay.letters) > (kill + 1) * people // (kills + 2), process)  # noqa: B023
                time.sleep(random.uniform(0, 0.05))
                process.send_signal(signal.SIGKILL)
        with worker(world, relay) as process:
            wait_for(lambda: letters_in(world) <= SETTLED, process)
            uncertain, before = in_doubt(world), Counter(taken(relay))
            assert len(uncertain) <= kills, "one connection a worker, one message in doubt a kill"
            assert max(before.values()) == 1, "nobody twice"
            assert message_ids - before.keys() <= uncertain, "whoever was missed is on the list"
            settle(world, folder, {message_id: message_id in before for message_id in uncertain})
            wait_for(lambda: letters_in(world) == {"accepted"}, process)
    finally:
        relay.stop()
    assert Counter(taken(relay)) == Counter(message_ids), "everybody once, after reconciling"


def prepare(world: World, people: int) -> set[str]:
    """An incident with one letter in the outbox for each person; returns the Message-IDs."""
    text = {"subject": "Om dina uppgifter", "text": "Hej Åsa.\n", "html": "<p>Hej Åsa.</p>\n"}
    with world.change() as session:
        session.add(Incident(id=CASE, reference=REFERENCE, reported_at=now()))
        made = [
            enqueue(session, "letter", to=f"person{number:05}@kund.example", language="sv", once=f"letter:{number}",
                    now=now(), case=CASE, priority=9, message_class="reconcile", facts=text)
            for number in range(people)
        ]  # fmt: skip
        return {message.message_id for message in made if message}


@contextmanager
def worker(world: World, relay: Postbox) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "app.cli", "work", "--lease", LEASE]
    settings = environment(world) | {"VAKA_SMTP_URL": relay.url}
    process = subprocess.Popen(command, env=settings, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def environment(world: World) -> dict[str, str]:
    return os.environ | {
        "VAKA_DATABASE_URL": world.settings.database_url,
        "VAKA_VAR_DIR": str(world.settings.var_dir),
        "PYTHONUNBUFFERED": "1",
    }


def settle(world: World, folder: Path, accepted: dict[str, bool]) -> None:
    """What an operator does: a list from the relay's log, and the command."""
    file = folder / "evidence.csv"
    with file.open("w", newline="") as handle:
        rows = [[message_id, "accepted" if yes else "not_accepted"] for message_id, yes in accepted.items()]
        csv.writer(handle).writerows([["message_id", "status"], *rows])
    command = [sys.executable, "-m", "app.cli", "mailing", "reconcile", REFERENCE, "--evidence", str(file), "--json"]
    answer = subprocess.run(command, env=environment(world), capture_output=True, check=True, text=True)
    assert json.loads(answer.stdout)["still_uncertain"] == 0


def letters_in(world: World) -> set[str]:
    """The states that the letters are in."""
    with world.look() as session:
        return set(session.scalars(select(OutboxMessage.state).where(OutboxMessage.kind == "letter").distinct()))


def in_doubt(world: World) -> set[str]:
    """The Message-IDs on the list of uncertain deliveries."""
    with world.look() as session:
        return set(session.scalars(select(OutboxMessage.message_id).where(OutboxMessage.state == "uncertain")))


def taken(relay: Postbox) -> list[str]:
    """The Message-IDs of the letters in the journal on the disk; alerts to the staff are left out."""
    assert relay.journal is not None
    lines = [json.loads(line) for line in relay.journal.read_text().splitlines()]
    return [line["message_id"] for line in lines if line["to"][0].endswith("@kund.example")]


def wait_for(done: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while not done():
        assert process.poll() is None, f"the worker ended with {process.returncode}"
        assert time.monotonic() < until, "the worker did not get there in time"
        time.sleep(0.02)
