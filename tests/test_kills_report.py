"""A real `vaka serve` is killed over and over while reports are posted: no receipt without its row, no report twice."""

import signal
import time
from pathlib import Path
from random import Random

import pytest

from tests.fixtures.reporters import PATIENCE, Client, assert_receipts_hold, free_port, posting, receipts, serving
from tests.fixtures.world import build

CLIENTS = 3


def kill_while_reports_arrive(url: str, folder: Path, kills: int) -> None:
    world = build(url, folder, trusted_proxies="127.0.0.1")
    port, dice = free_port(), Random(7)
    clients = [Client(port) for _ in range(CLIENTS)]
    with posting(clients):
        for _ in range(kills):
            with serving(port, world.settings) as service:
                held, until = receipts(clients), time.monotonic() + PATIENCE
                while receipts(clients) <= held and time.monotonic() < until:
                    time.sleep(0.01)
                time.sleep(dice.uniform(0.0, 0.3))
                service.send_signal(signal.SIGKILL)
        with serving(port, world.settings):
            time.sleep(1)
    assert_receipts_hold(world.database, clients, kills)
    world.database.dispose()


def test_three_kills_lose_no_report_and_double_none(sqlite_url: str, tmp_path: Path) -> None:
    kill_while_reports_arrive(sqlite_url, tmp_path, 3)


@pytest.mark.long
def test_twenty_kills_lose_no_report_and_double_none(database_url: str, tmp_path: Path) -> None:
    kill_while_reports_arrive(database_url, tmp_path, 20)
