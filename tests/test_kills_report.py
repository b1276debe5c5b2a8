"""A real `vaka serve` is killed over and over while reports are posted: no receipt without its row, no report twice."""

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from core.crypto import load_keyring
from core.db import Database
from core.keys import require_right_key
from core.organisation import Organisation
from incidents.models import Incident, IncidentClock
from incidents.receipt import hashed, parse
from notifications.models import OutboxMessage
from tests.incidents.reporting import answers

REFERENCE = re.compile(r'<b class="ref">([^<]+)</b>')
CODE = re.compile(r'id="code-text">([^<]+)<')
PATIENCE = 60.0
CLIENTS = 3


@dataclass
class Client:
    """Posts reports and keeps each receipt; after a lost answer it sends the same form again, as a person would."""

    port: int
    stop: threading.Event
    receipts: dict[str, tuple[str, str]] = field(default_factory=dict)  # client key -> reference, code
    retried: int = 0
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        while not self.stop.is_set():
            key = secrets.token_urlsafe(18)
            while (receipt := self._post(key)) is None and not self.stop.is_set():
                self.retried += 1
                time.sleep(0.02)
            if receipt:
                self.receipts[key] = receipt

    def _post(self, key: str) -> tuple[str, str] | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin",
                   "x-forwarded-for": f"2001:db8::{secrets.token_hex(2)}"}  # fmt: skip
        try:
            connection.request("POST", "/r/nordhamn/send", urlencode(answers(client_uuid=key), doseq=True), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        return self._receipt(answer.status, text)

    def _receipt(self, status: int, text: str) -> tuple[str, str] | None:
        reference, code = REFERENCE.search(text), CODE.search(text)
        if status not in {200, 201} or not reference or not code:
            self.wrong.append(f"status {status}")
            return None
        return reference[1], code[1]


@contextmanager
def running(port: int, settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The service as an operator starts it; it answers when this returns."""
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port), "--no-worker"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VAKA_")} | settings
    service = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        _await(service, port)
        yield service
    finally:
        service.kill()
        service.wait(PATIENCE)


def _await(service: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert service.poll() is None, "the service stopped while starting"
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail("the service did not start in time")


def kill_while_reports_arrive(url: str, folder: Path, kills: int) -> None:
    settings = {"VAKA_DATABASE_URL": url, "VAKA_VAR_DIR": str(folder), "VAKA_TRUSTED_PROXIES": "127.0.0.1"}
    database = Database(url, load_keyring(folder / "data.key"))
    with database.transaction() as session:
        require_right_key(session)
        session.add(Organisation(name="Nordhamn Verktyg AB", phone="031-390 06 42", intake_code="nordhamn"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    stop, dice = threading.Event(), Random(7)
    clients = [Client(port, stop) for _ in range(CLIENTS)]
    threads = [threading.Thread(target=client.run) for client in clients]
    for at in range(kills):
        with running(port, settings) as service:
            if at == 0:
                for thread in threads:
                    thread.start()
            held = sum(len(client.receipts) for client in clients)
            until = time.monotonic() + PATIENCE
            while sum(len(client.receipts) for client in clients) <= held and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(dice.uniform(0.0, 0.3))
            service.send_signal(signal.SIGKILL)
    with running(port, settings):
        time.sleep(1)
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)
    verify(database, clients, kills)
    database.dispose()


def verify(database: Database, clients: list[Client], kills: int) -> None:
    """What the clients hold against what the database holds."""
    receipts = {key: receipt for client in clients for key, receipt in client.receipts.items()}
    assert len(receipts) > kills
    assert sum(client.retried for client in clients) >= kills, "no kill ever met a post"
    with database.reading() as session:
        rows = {row.reference: row for row in session.scalars(select(Incident))}
        for reference, code in receipts.values():
            assert rows[reference].receipt_hash == hashed(parse(code) or "")
        assert len(rows) - len(receipts) <= CLIENTS, "a retry made a second report"
        assert len({reference for reference, _ in receipts.values()}) == len(receipts)
        assert session.scalar(select(func.count()).select_from(IncidentClock)) == 2 * len(rows)
        thanked = select(func.count()).where(OutboxMessage.kind == "report_received")
        assert session.scalar(thanked) == len(rows)


def test_three_kills_lose_no_report_and_double_none(sqlite_url: str, tmp_path: Path) -> None:
    kill_while_reports_arrive(sqlite_url, tmp_path, 3)


@pytest.mark.long
def test_twenty_kills_lose_no_report_and_double_none(database_url: str, tmp_path: Path) -> None:
    kill_while_reports_arrive(database_url, tmp_path, 20)
