"""Guessing is slowed, for all workers alike and across restarts (ASVS V6.3.1)."""

from datetime import timedelta

import pytest

from core.db import Database
from core.errors import Throttled
from core.moment import utc
from identity import throttle
from tests.fixtures.world import World

NOW = utc(2026, 11, 22, 13, 5)
KEY = "account:anna@nordhamn.example"


def tries_that_pass(databases: list[Database], seconds: int) -> int:
    """Somebody tries once a second, at each worker in turn."""
    passed = 0
    for second in range(seconds):
        with databases[second % len(databases)].transaction() as session:
            try:
                throttle.take(session, {KEY: throttle.ACCOUNT}, NOW + timedelta(seconds=second))
                passed += 1
            except Throttled:
                pass
    return passed


def test_ten_tries_in_a_quarter_of_an_hour_whichever_worker_counts(world: World) -> None:
    other = Database(world.database.url, world.database.keyring)
    try:
        assert tries_that_pass([world.database, other], 15 * 60 - 1) == 10
    finally:
        other.dispose()


def test_a_restart_forgets_nothing(world: World) -> None:
    with world.change() as session:
        for _ in range(10):
            throttle.note(session, KEY, NOW)
    restarted = Database(world.database.url, world.database.keyring)
    try:
        with restarted.reading() as session, pytest.raises(Throttled):
            throttle.check(session, KEY, NOW + timedelta(minutes=14))
        with restarted.reading() as session:
            throttle.check(session, KEY, NOW + timedelta(minutes=15))
    finally:
        restarted.dispose()


def test_the_wait_grows_from_the_fourth_try_on_and_is_said() -> None:
    waits = [throttle.wait_before([NOW] * count, NOW, throttle.ACCOUNT) for count in range(11)]
    assert [int(wait.total_seconds()) for wait in waits] == [0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 900]
    assert throttle.spoken(waits[3]) == "5 s"
    assert throttle.spoken(waits[9]) == "6 min"


def test_the_table_holds_no_address(small_world: World) -> None:
    with small_world.change() as session:
        throttle.note(session, KEY, NOW)
    with small_world.look() as session:
        assert "anna" not in str(session.connection().exec_driver_sql("SELECT key_hash FROM attempt").all())


def test_a_right_answer_starts_anew(small_world: World) -> None:
    with small_world.change() as session:
        for _ in range(10):
            throttle.note(session, KEY, NOW)
        throttle.forget(session, KEY)
        throttle.check(session, KEY, NOW)


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "address"),
    [
        ("203.0.113.9", "198.51.100.1", "", "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", "10.0.0.0/8", "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1", "10.0.0.0/8", "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, 10.0.0.3", "10.0.0.2, 10.0.0.3", "198.51.100.1"),
        ("203.0.113.9", "6.6.6.6", "10.0.0.0/8", "203.0.113.9"),
        ("testclient", "6.6.6.6", "10.0.0.0/8", "testclient"),
    ],
)
def test_a_spoofed_header_is_not_believed(peer: str, forwarded: str, trusted: str, address: str) -> None:
    assert throttle.client_address(peer, forwarded, trusted) == address
