"""D9: when the scheduler dies, the database is blocked or an alarm does not leave, three places say so.

The page, the health address, and the sign of life, which stops.
The pages and the workers live in the same shifted time; the watcher outside is a real HTTP server that hears calls.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from starlette.testclient import TestClient

from app.main import create_app
from app.troubles import SILENT, UNSENT
from core.access import Role
from core.db import Database
from core.i18n import translate
from core.key_file import load_keyring
from identity.sessions import open_session
from tests.fixtures.ledger import open_cases
from tests.fixtures.passing import settle
from tests.fixtures.receiver import Receiver
from tests.fixtures.shifted import Shift, Workers, shifted, until, workers
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import START, World

MINUTE = timedelta(seconds=61)


@dataclass
class Ground:
    """A service, its workers, and the watcher that waits for a call."""

    world: World
    shift: Shift
    pool: Workers
    client: TestClient
    watcher: Receiver

    def ready(self) -> tuple[int, str]:
        answer = self.client.get("/health/ready")
        return answer.status_code, answer.json()["status"]

    def says(self, words: tuple[str, str]) -> bool:
        """Whether the manager's page has this line above it."""
        with self.world.change() as session:
            manager = self.world.users[Role.MANAGER]
            self.client.cookies.set("vaka", open_session(session, manager, self.shift.now()))
        return translate("sv", words[0]) in self.client.get("/incidents").text

    def calls(self) -> int:
        return len(self.watcher.arrived)

    def hears(self) -> None:
        before = self.calls()
        until(lambda: self.calls() > before + 1, "the watcher hears of us", seconds=30)

    def hears_nothing(self) -> None:
        time.sleep(0.5)  # what was on its way
        before = self.calls()
        time.sleep(1.5)
        assert self.calls() == before, "a sign of life although something is wrong"


@pytest.fixture
def ground(world: World, tmp_path: Path, postbox: Postbox, receiver: Receiver) -> Iterator[Ground]:
    shift = shifted(tmp_path, START)
    settings = world.settings.model_copy(
        update={
            "smtp_url": SecretStr(postbox.url),
            "heartbeat_url": SecretStr(receiver.url),
            "heartbeat_private": True,
        }
    )
    app = create_app(settings, clock=shift.now, database=world.database)
    client = TestClient(app, base_url=settings.base_url, headers={"sec-fetch-site": "same-origin"})
    with workers(settings, shift, tmp_path, every=0.2) as pool:
        pool.start()
        yield Ground(world, shift, pool, client, receiver)


def test_a_dead_scheduler_is_seen_within_a_minute(ground: Ground) -> None:
    ground.hears()
    assert ground.ready() == (200, "ok")
    ground.pool.kill(ground.pool.running[0])
    ground.hears_nothing()
    ground.shift.skip(MINUTE)
    assert ground.ready() == (503, "worker_late")
    assert ground.says(SILENT)
    ground.pool.start()
    assert ground.ready() == (200, "ok")
    assert not ground.says(SILENT)
    ground.hears()


def test_a_blocked_database_is_seen_within_a_minute(ground: Ground) -> None:
    ground.hears()
    with blocked(ground.world):
        ground.shift.skip(MINUTE)
        status, why = ground.ready()
        assert status == 503
        assert why in {"worker_late", "database_not_writable"}
        ground.hears_nothing()
    settle(ground.pool)
    until(lambda: ground.ready() == (200, "ok"), "the service is ready again")
    ground.hears()


@pytest.mark.parametrize("database_url", [pytest.param("sqlite", marks=pytest.mark.long), "postgresql"], indirect=True)
def test_no_sign_of_life_while_an_alarm_has_not_left(ground: Ground, postbox: Postbox) -> None:
    """The relay is away when a level falls: the watcher hears nothing until the alarm has left."""
    ground.hears()
    postbox.stop()
    open_cases(ground.world, 1, ground.shift.now() - timedelta(minutes=30), timedelta())
    settle(ground.pool)
    ground.shift.skip(MINUTE)
    settle(ground.pool)
    assert ground.says(UNSENT)
    assert ground.client.get("/health/ready").json()["alarms"] == "unsent"
    ground.hears_nothing()
    postbox.start()
    ground.shift.skip(timedelta(minutes=5))
    postbox.wait_for(1, 30)
    ground.hears()
    assert not ground.says(UNSENT)


@contextmanager
def blocked(world: World) -> Iterator[None]:
    """Somebody else holds what the tick must write, as a stuck backup or a forgotten session does."""
    other = Database(world.settings.database, load_keyring(world.settings.data_key))
    with other.writer.begin() as line:
        if not world.settings.database.startswith("sqlite"):
            line.execute(text("LOCK TABLE service_state IN EXCLUSIVE MODE"))
        yield
    other.dispose()
