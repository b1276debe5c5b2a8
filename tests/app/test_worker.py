"""The worker knocks until it is stopped, outlives every failure, and health tells when nobody knocks."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from app import worker as module
from app.alarms import let_alarms_go
from app.worker import Worker
from core.access import ANONYMOUS, Role
from core.audit.models import AuditEntry
from core.keys import unseal
from incidents.intake import report
from incidents.jobs import tick
from incidents.models import Incident
from notifications.channels import announce
from notifications.models import ChannelMessage, DeliveryAttempt, OutboxMessage
from notifications.outbox import enqueue
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.reporting import form


def mail(world: World, name: str, **more: str | int) -> None:
    with world.change() as session:
        enqueue(session, "letter", to=f"{name}@kund.example", language="sv", once=name, now=world.now,
                facts={"subject": "x", "text": f"Hej {name}."}, **more)  # type: ignore[arg-type]  # fmt: skip


def test_the_worker_sends_and_stops(world: World, postbox: Postbox) -> None:
    mail(world, "asa")
    settings = type(world.settings)(smtp_url=postbox.url, var_dir=world.settings.var_dir)  # type: ignore[arg-type]
    worker = Worker(world.database, settings, clock=lambda: world.now)
    worker.start()
    postbox.wait_for(1)
    worker.stop()
    with world.look() as session:
        assert session.scalars(select(OutboxMessage.state)).one() == "accepted"


def test_letters_in_hand_delay_no_alert(world: World, postbox: Postbox) -> None:
    """The relay takes half a second a letter and 50 letters are claimed; the alert goes past them on its own line."""
    for number in range(60):
        mail(world, f"person{number}", priority=5)
    postbox.delay = 0.5
    settings = world.settings.model_copy(update={"smtp_url": SecretStr(postbox.url)})
    worker = Worker(world.database, settings, clock=lambda: world.now)
    worker.start()
    try:
        postbox.wait_for(1)
        mail(world, "jour", priority=1)
        until = time.monotonic() + 20
        while not postbox.to("jour@kund.example") and time.monotonic() < until:
            time.sleep(0.05)
        before_it = len(postbox.letters)
    finally:
        postbox.delay = 0.0
        worker.stop()
    assert postbox.to("jour@kund.example")
    assert before_it < 40


@pytest.mark.parametrize("job", [job for job, _ in module.JOBS], ids=lambda job: job.__name__)
def test_a_job_run_twice_has_no_second_effect(world: World, job: module.Job) -> None:
    def traces() -> tuple[int, ...]:
        with world.look() as session:
            return tuple(session.scalar(select(func.count()).select_from(table)) or 0
                         for table in (AuditEntry, OutboxMessage, DeliveryAttempt))  # fmt: skip

    mail(world, "asa")
    worker = Worker(world.database, world.settings, clock=lambda: world.now)
    job(worker)
    first = traces()
    job(worker)
    assert traces() == first


def test_a_job_that_fails_stops_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def broken(_worker: Worker) -> None:
        ran.append("broken")
        raise RuntimeError("asa@kund.example")

    def sound(_worker: Worker) -> None:
        ran.append("sound")

    monkeypatch.setattr(module, "JOBS", [(broken, timedelta(seconds=0.05)), (sound, timedelta(seconds=0.05))])
    worker = Worker(world.database, world.settings)
    worker.start()
    until = time.monotonic() + 10
    while min(ran.count("broken"), ran.count("sound")) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    worker.stop()
    assert min(ran.count("broken"), ran.count("sound")) >= 3


def test_readiness_waits_for_the_first_tick_and_then_for_every_one(world: World) -> None:
    client = world.client()
    assert client.get("/health/ready").status_code == 200
    world.later(seconds=61)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "worker_late")
    tick(world.database, world.now)
    answer = client.get("/health/ready").json()
    assert (answer.pop("status"), answer.pop("second_channel"), answer.pop("environment")) == ("ok", "none", "test")
    assert (answer.pop("log"), answer.pop("earlier_state")) == ("unchecked", "no")
    assert set(answer.values()) == {"ok"}
    world.later(seconds=61)
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200


def test_the_people_of_a_case_are_told_of_doubt_once_a_day(world: World) -> None:
    from app.alarms import tell_of_doubt

    with world.change() as session:
        incident = Incident(reference="PUI-2026-7K3Q", reported_at=world.now)
        session.add(incident)
        session.flush()
        for name in ("asa", "bo"):
            message = enqueue(session, "letter", to=f"{name}@kund.example", language="sv", once=name, now=world.now,
                              case=incident.id, message_class="reconcile")  # fmt: skip
            assert message is not None
            message.state = "uncertain"
    assert tell_of_doubt(world.database, world.now) == 2
    assert tell_of_doubt(world.database, world.later(hours=1)) == 0
    assert tell_of_doubt(world.database, world.later(hours=24)) == 2
    with world.look() as session:
        alarms = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "deliveries_uncertain"))
        told = {unseal(session, row.case_id, f"outbox_message.to:{row.id}", row.to_sealed) for row in alarms}
    assert told == {f"{Role.MANAGER}@nordhamn.example", f"{Role.DEPUTY}@nordhamn.example"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_in_peace(small_world: World, number: signal.Signals) -> None:
    environment = os.environ | {"VAKA_DATABASE_URL": small_world.settings.database_url,
                                "VAKA_VAR_DIR": str(small_world.settings.var_dir)}  # fmt: skip
    command = [sys.executable, "-m", "app.cli", "work"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = [process.stderr.readline()]
        process.send_signal(number)
        lines += process.stderr.readlines()
        assert process.wait(20) == 0
    assert "worker_started" in lines[0]
    assert "worker_stopped" in lines[-1]


@pytest.mark.parametrize(("name", "commands"), [("VAKA_SMTP_URL", ["work", "serve"]),
                                                ("VAKA_ALERT_WEBHOOK_URL", ["work"]),
                                                ("VAKA_HEARTBEAT_URL", ["serve"])])  # fmt: skip
def test_a_wrong_address_stops_the_start_with_one_sentence(small_world: World, name: str, commands: list[str]) -> None:
    environment = os.environ | {"VAKA_DATABASE_URL": small_world.settings.database_url,
                                "VAKA_VAR_DIR": str(small_world.settings.var_dir),
                                name: "ftp://user:hemligt@relay.example"}  # fmt: skip
    for command in commands:
        program = [sys.executable, "-m", "app.cli", command]
        answer = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
        assert answer.returncode == 2
        assert answer.stderr.startswith(f"{name}: ")
        assert "hemligt" not in answer.stderr


def test_alarms_wait_as_long_as_a_clock_of_their_case_runs(world: World) -> None:
    with world.change() as session:
        running = report(session, ANONYMOUS, form(), world.now).incident
        over = Incident(reference="PUI-2026-7K3Q", reported_at=world.now)
        session.add(over)
        session.flush()
        for reference in (running.reference, over.reference):
            announce(session, "clock.level", {"reference": reference}, reference, world.now)
    assert let_alarms_go(world.database, world.later(hours=23)) == 0
    assert let_alarms_go(world.database, world.later(hours=2)) == 1
    with world.look() as session:
        states = {row.facts["reference"]: row.state for row in session.scalars(select(ChannelMessage))}
    assert states == {running.reference: "queued", over.reference: "let_go"}
