"""Alarms reach every second channel, in any state of the others, and none is lost to a kill."""

import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.settings import Settings
from notifications.channels import announce
from notifications.channels.claims import LEASE, claim
from notifications.channels.delivery import announce_due
from notifications.channels.notice import Notice
from notifications.channels.state import channel_state
from notifications.models import ChannelMessage
from tests.fixtures.receiver import SECRET, Receiver
from tests.fixtures.world import World


def settings_of(world: World, receiver: Receiver | None = None, **more: Any) -> Settings:
    if receiver:
        more |= {"alert_webhook_url": receiver.url, "alert_webhook_secret": SECRET, "alert_webhook_private": True}
    return Settings(var_dir=world.settings.var_dir, database_url=world.settings.database_url, **more)


def alarm(world: World, *names: str) -> None:
    with world.change() as session:
        for name in names:
            announce(session, "clock.level", {"reference": name}, name, world.now)


def bring(world: World, settings: Settings) -> int:
    return announce_due(world.database, settings, lambda: world.now)


def rows(world: World) -> dict[str, ChannelMessage]:
    with world.look() as session:
        return {row.facts["reference"]: row for row in session.scalars(select(ChannelMessage))}


def test_each_alarm_is_brought_once(world: World, receiver: Receiver) -> None:
    alarm(world, *(f"PUI-{number}" for number in range(120)))
    assert bring(world, settings_of(world, receiver)) == 120
    assert bring(world, settings_of(world, receiver)) == 0
    assert len({one.headers["webhook-id"] for one in receiver.arrived}) == len(receiver.arrived) == 120
    assert all(one.signed for one in receiver.arrived)
    assert {(row.state, *row.taken) for row in rows(world).values()} == {("delivered", "webhook")}


def test_without_a_channel_alarms_wait(world: World, receiver: Receiver) -> None:
    alarm(world, "PUI-1")
    assert bring(world, settings_of(world)) == 0
    world.later(hours=30)
    assert bring(world, settings_of(world, receiver)) == 1


def test_a_dead_webhook_rests_and_is_tried_until_it_is_back(world: World, receiver: Receiver) -> None:
    settings = settings_of(world, receiver)
    receiver.stop()
    alarm(world, "PUI-1", "PUI-2")
    bring(world, settings)
    with world.look() as session:
        state = channel_state(session, "webhook")
    assert (state.reason, state.since, state.failures, state.retry_at) == (
        "unreachable", world.now, 1, world.now + timedelta(seconds=5))  # fmt: skip
    assert {row.state for row in rows(world).values()} == {"queued"}
    assert {row.trouble for row in rows(world).values()} == {"webhook:unreachable", ""}
    first = world.now
    while world.now < first + timedelta(hours=80):
        world.later(hours=8)
        bring(world, settings)
    with world.look() as session:
        state = channel_state(session, "webhook")
    assert state.since == first
    assert state.retry_at == world.now + timedelta(seconds=60)
    receiver.start()
    world.later(seconds=61)
    assert bring(world, settings) == 2
    with world.look() as session:
        assert channel_state(session, "webhook").reason == ""


def test_a_dead_channel_holds_up_no_other(world: World, receiver: Receiver, collector: socket.socket) -> None:
    receiver.answer = 500
    settings = settings_of(world, receiver, alert_syslog=f"127.0.0.1:{collector.getsockname()[1]}")
    alarm(world, "PUI-1", "PUI-2")
    assert bring(world, settings) == 2
    assert b"PUI-" in collector.recv(4096)
    assert b"PUI-" in collector.recv(4096)
    found = rows(world)["PUI-1"]
    assert (found.state, found.taken, found.delivered_at) == ("queued", ["syslog"], world.now)
    receiver.answer = 204
    world.later(seconds=61)
    assert bring(world, settings) == 2
    assert {row.state for row in rows(world).values()} == {"delivered"}
    collector.setblocking(False)
    with pytest.raises(BlockingIOError):
        collector.recv(4096)


def test_new_alarms_are_not_stuck_behind_old_ones(world: World, receiver: Receiver, collector: socket.socket) -> None:
    receiver.stop()
    settings = settings_of(world, receiver, alert_syslog=f"127.0.0.1:{collector.getsockname()[1]}")
    alarm(world, *(f"OLD-{number}" for number in range(130)))
    bring(world, settings)
    for _ in range(130):
        collector.recv(4096)
    alarm(world, "NEW")
    bring(world, settings)
    assert b"NEW" in collector.recv(4096)


def test_a_repeat_carries_the_same_id(world: World, receiver: Receiver) -> None:
    receiver.answer = 503
    alarm(world, "PUI-1")
    bring(world, settings_of(world, receiver))
    receiver.answer = 204
    world.later(minutes=1)
    bring(world, settings_of(world, receiver))
    assert len({one.headers["webhook-id"] for one in receiver.arrived}) == 1
    assert len({one.headers["webhook-timestamp"] for one in receiver.arrived}) == 2


def test_two_workers_take_different_alarms(world: World) -> None:
    alarm(world, "PUI-1")
    with world.change() as session:
        assert len(claim(session, world.now)) == 1
    with world.change() as session:
        assert claim(session, world.now) == []
    world.later(seconds=LEASE.total_seconds() + 1)
    with world.change() as session:
        assert len(claim(session, world.now)) == 1


def test_a_clock_set_back_releases_what_it_would_have_locked_for_a_year(world: World, receiver: Receiver) -> None:
    alarm(world, "PUI-1")
    world.later(days=365)
    receiver.answer = 500
    bring(world, settings_of(world, receiver))
    with world.change() as session:
        claim(session, world.later(minutes=2))
    world.later(days=-365)
    receiver.answer = 204
    assert bring(world, settings_of(world, receiver)) == 1


def test_a_stop_gives_back_what_was_not_begun(world: World, receiver: Receiver) -> None:
    alarm(world, "PUI-1", "PUI-2", "PUI-3")
    announce_due(world.database, settings_of(world, receiver), lambda: world.now,
                 stop=lambda: bool(receiver.arrived))  # fmt: skip
    found = sorted(row.state for row in rows(world).values())
    assert found == ["delivered", "queued", "queued"]
    assert {(row.lease_until, row.attempts) for row in rows(world).values() if row.state == "queued"} == {(None, 0)}


KILLED = """
import os, signal, sys
from datetime import datetime
from core.key_file import load_keyring
from core.db import Database
from core.settings import Settings
from notifications.channels import delivery
if sys.argv[2] == "before it is noted":
    delivery.settle = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
settings = Settings()
database = Database(settings.database, load_keyring(settings.data_key))
delivery.announce_due(database, settings, lambda: datetime.fromisoformat(sys.argv[1]))
"""


@pytest.mark.parametrize("moment", ["while it is sent", "before it is noted"])
def test_a_kill_in_the_middle_loses_nothing(world: World, receiver: Receiver, moment: str) -> None:
    """A real process, killed before or after the receiver's answer; after its lease another one goes on."""
    alarm(world, "PUI-1")
    settings = settings_of(world, receiver)
    receiver.drip = moment == "while it is sent"  # then no answer ends before the kill
    environment = os.environ | {
        "VAKA_DATABASE_URL": world.settings.database_url, "VAKA_VAR_DIR": str(world.settings.var_dir),
        "VAKA_ALERT_WEBHOOK_URL": receiver.url, "VAKA_ALERT_WEBHOOK_SECRET": SECRET,
        "VAKA_ALERT_WEBHOOK_PRIVATE": "1",
    }  # fmt: skip
    with subprocess.Popen([sys.executable, "-c", KILLED, world.now.isoformat(), moment], env=environment) as process:
        try:
            receiver.wait_for(1, 60)
        finally:
            if receiver.drip:
                process.kill()
            process.wait(60)
    assert process.returncode == -signal.SIGKILL
    receiver.drip = False
    row = rows(world)["PUI-1"]
    assert (row.state, row.attempts, row.lease_until) == ("queued", 1, world.now + LEASE)
    world.later(seconds=LEASE.total_seconds() + 1)
    assert bring(world, settings) == 1
    assert len({one.headers["webhook-id"] for one in receiver.arrived}) == 1
    assert rows(world)["PUI-1"].state == "delivered"


def test_an_alarm_that_breaks_its_own_delivery_stops_no_other(
    world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Notice.as_json

    def broken(notice: Notice) -> bytes:
        if notice.facts["reference"] == "BROKEN":
            raise ValueError("broken")
        return written(notice)

    monkeypatch.setattr(Notice, "as_json", broken)
    alarm(world, "BROKEN")
    world.later(seconds=1)
    alarm(world, "PUI-1")
    with pytest.raises(ValueError, match="broken"):
        bring(world, settings_of(world, receiver))
    assert bring(world, settings_of(world, receiver)) == 1
