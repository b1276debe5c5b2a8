"""What machines are told: ready or not and why, figures behind a token, and a sign of life that stops when it must."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url, text, update
from starlette.testclient import TestClient

from app.heartbeat import beat
from app.main import create_app
from app.metrics import mails
from app.wall_clock import note_jump
from core.access import ANONYMOUS, Role
from core.audit.checkpoints import note_refusal
from core.audit.growth import SMALLER, Refused
from core.settings import Settings
from incidents.intake import report
from incidents.jobs import tick
from notifications.breaker import trip
from notifications.channels.calling import Unreached
from notifications.channels.state import trip as trip_channel
from notifications.handover import Outage
from notifications.models import STATES, OutboxMessage
from notifications.outbox import enqueue
from notifications.service_state import recall
from tests.fixtures.plans import plans
from tests.fixtures.receiver import SECRET, Receiver
from tests.fixtures.world import World
from tests.incidents.reporting import form

TOKEN = "a-token-of-many-letters"


@pytest.fixture
def told(world: World) -> TestClient:
    """The service with a token for its figures and a webhook as second channel."""
    more = {"metrics_token": SecretStr(TOKEN), "alert_webhook_url": SecretStr("https://alarm.example"),
            "alert_webhook_secret": SecretStr(SECRET)}  # fmt: skip
    app = create_app(world.settings.model_copy(update=more), clock=lambda: world.now, database=world.database)
    return TestClient(app, base_url=world.settings.base_url, follow_redirects=False, raise_server_exceptions=False)


def figures(client: TestClient) -> dict[str, float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    lines = [line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def an_alarm_that_waits(world: World) -> None:
    """A report that nobody has taken: its first alarm is raised and no relay takes it."""
    with world.change() as session:
        report(session, ANONYMOUS, form(), world.now)
    world.later(hours=2)
    tick(world.database, world.now)
    world.later(seconds=61)
    tick(world.database, world.now)


@contextmanager
def blocked(world: World) -> Iterator[None]:
    """Somebody holds the one write lock."""
    if world.settings.database.startswith("sqlite"):
        line = sqlite3.connect(world.settings.database.removeprefix("sqlite:///"), isolation_level=None)
        line.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            line.close()
    else:
        with world.database.writer.connect() as held:
            held.execute(text("LOCK TABLE service_state IN EXCLUSIVE MODE"))
            yield
            held.rollback()


def test_a_database_that_is_held_makes_the_tick_old_and_is_answered_in_time(world: World, told: TestClient) -> None:
    tick(world.database, world.now)
    assert told.get("/health/ready").json()["status"] == "ok"
    world.later(seconds=61)
    with blocked(world):
        began = time.monotonic()
        assert told.get("/health/ready").status_code == 503
        assert time.monotonic() - began < 10


@contextmanager
def refusing_writes(world: World) -> Iterator[None]:
    """A database that can be read and nothing more, as a full disk or a standby server is."""
    if world.settings.database.startswith("sqlite"):
        shut = "CREATE TRIGGER shut BEFORE INSERT ON service_state BEGIN SELECT RAISE(ABORT, 'shut'); END"
        back = ["DROP TRIGGER shut"]
    else:
        name = make_url(world.settings.database).database
        shut = f"ALTER DATABASE {name} SET default_transaction_read_only = on"
        back = ["SET TRANSACTION READ WRITE", f"ALTER DATABASE {name} RESET default_transaction_read_only"]
    _do(world, [shut])
    try:
        yield
    finally:
        _do(world, back)


def _do(world: World, statements: list[str]) -> None:
    with world.change() as session:
        for statement in statements:
            session.execute(text(statement))
    world.database.writer.dispose()  # what is changed holds for new connections


def test_a_database_that_takes_no_write_is_said_at_once(world: World) -> None:
    tick(world.database, world.now)
    client = world.client()
    assert client.get("/health/ready").status_code == 200
    with refusing_writes(world):
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.json()["status"]) == (503, "database_not_writable")
    assert client.get("/health/ready").status_code == 200


def test_a_clock_set_back_does_not_make_a_dead_worker_look_alive(world: World, told: TestClient) -> None:
    tick(world.database, world.now)
    world.later(days=-1)
    assert told.get("/health/ready").status_code == 503
    tick(world.database, world.now)
    assert told.get("/health/ready").status_code == 200


def test_what_else_is_wrong_is_said_but_refuses_no_report(world: World, told: TestClient) -> None:
    an_alarm_that_waits(world)
    with world.change() as session:
        trip(session, Outage("unreachable"), world.now)
        trip_channel(session, "webhook", Unreached("no_answer"), world.now)
        note_jump(session, timedelta(hours=1), world.now)
        note_refusal(session, Refused(SMALLER, 9, 7), world.now)
    answer = told.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "environment": "test", "relay": "unreachable",
                             "second_channel": "no_answer", "alarms": "unsent", "clock": "in_doubt",
                             "log": "unchecked", "signer": "smaller", "earlier_state": "no"}  # fmt: skip


def test_every_page_says_what_is_wrong_to_those_who_rely_on_it(world: World) -> None:
    an_alarm_that_waits(world)
    shown = world.client(Role.MANAGER).get("/incidents").text
    assert "Ett larm har inte gått ut" in shown
    assert "Ingen vakar över fristerna" not in shown
    world.later(seconds=61)
    for role in (Role.MANAGER, Role.DPO, Role.HEAD):
        assert "Ingen vakar över fristerna" in world.client(role).get("/incidents").text
    assert "Ingen vakar över fristerna" in world.client(Role.ADMIN).get("/outbox").text
    assert "Ingen vakar" not in world.client(Role.EMPLOYEE).get("/report/mine").text
    assert "Ingen vakar" not in world.client().get("/r/nordhamn").text


def test_a_dead_channel_is_said_to_those_who_can_mend_it(world: World, told: TestClient) -> None:
    with world.change() as session:
        trip_channel(session, "webhook", Unreached("refused", 404), world.now)
    for role, sees in ((Role.ADMIN, True), (Role.MANAGER, True), (Role.DPO, False)):
        told.cookies = world.client(role).cookies
        shown = told.get("/incidents" if role is not Role.ADMIN else "/outbox").text
        assert ("Den andra vägen för larm fungerar inte" in shown) is sees
    told.cookies = world.client(Role.ADMIN).cookies
    shown = told.get("/outbox").text
    assert "Den svarade 404." in shown
    assert "alarm.example" in shown
    assert "Ingen andra väg" in world.client(Role.ADMIN).get("/outbox").text


def test_figures_are_for_whoever_has_the_token(world: World, told: TestClient) -> None:
    assert world.client(Role.ADMIN).get("/metrics").status_code == 404
    for header in ({}, {"Authorization": "Bearer wrong-token-of-letters"}, {"Authorization": TOKEN},
                   {"Authorization": f"Bearer {TOKEN}å".encode()}):  # fmt: skip
        answer = told.get("/metrics", headers=header)  # type: ignore[arg-type]
        assert (answer.status_code, answer.text) == (401, "")


def test_figures_are_counts_and_ages_and_name_nobody(world: World, told: TestClient) -> None:
    with world.change() as session:
        report(session, ANONYMOUS, form(), world.now)
    tick(world.database, world.now)
    world.later(seconds=20)
    found = figures(told)
    assert found["vaka_tick_age_seconds"] == 20
    assert found["vaka_well"] == 1
    assert sum(value for name, value in found.items() if name.startswith("vaka_clocks_open")) >= 1
    assert found['vaka_outbox_messages{state="queued"}'] > 0
    assert found['vaka_channel_trouble{channel="webhook"}'] == 0
    an_alarm_that_waits(world)
    with world.change() as session:
        trip_channel(session, "webhook", Unreached("no_answer"), world.now)
        note_jump(session, timedelta(hours=-1), world.now)
    found = figures(told)
    assert (found["vaka_alarms_unsent"], found["vaka_well"], found["vaka_clock_in_doubt"]) == (1, 0, 1)
    assert found['vaka_channel_trouble{channel="webhook"}'] == 1
    assert found["vaka_channel_waiting"] > 0
    assert not re.search(
        r"PUI-|@|nordhamn|example", told.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    )


def test_mails_are_counted_along_their_indexes_and_those_handed_over_never(world: World, told: TestClient) -> None:
    with world.change() as session:
        for state in STATES:
            mail = enqueue(session, "test", to="anna@nordhamn.example", language="sv", once=state, now=world.now)
            assert mail
            mail.state = state
    with world.look() as session:
        counted = mails(session)
        found = plans(world, lambda: mails(session), ("outbox_message",))
    assert counted == dict.fromkeys(set(STATES) - {"accepted"}, 1)
    assert [re.findall(r"ix_outbox_message_(?:unsent|in_trouble|aside)", one.steps)[:1] for one in found] == [
        ["ix_outbox_message_unsent"], ["ix_outbox_message_in_trouble"], ["ix_outbox_message_aside"],
    ]  # fmt: skip
    said = told.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert "# HELP vaka_outbox_messages Mails that are not handed over, by state" in said
    assert 'state="accepted"' not in said


@pytest.fixture
def watched(world: World, receiver: Receiver) -> Settings:
    more = {"heartbeat_url": SecretStr(receiver.url), "heartbeat_private": True}
    return world.settings.model_copy(update=more)


def reason(world: World) -> str:
    with world.look() as session:
        row = recall(session, "heartbeat")
    return str(row.value["reason"]) if row else "never"


def test_the_sign_of_life_comes_while_all_is_well(world: World, receiver: Receiver, watched: Settings) -> None:
    assert not beat(world.database, watched, world.now)
    assert reason(world) == "tick_old"
    tick(world.database, world.now)
    assert beat(world.database, watched, world.now)
    assert (receiver.wait_for(1)[0].method, reason(world)) == ("GET", "")
    assert not beat(world.database, world.settings, world.now)
    world.later(seconds=61)
    assert not beat(world.database, watched, world.now)
    assert len(receiver.arrived) == 1


def test_no_sign_of_life_while_an_alarm_waits(world: World, receiver: Receiver, watched: Settings) -> None:
    an_alarm_that_waits(world)
    assert not beat(world.database, watched, world.now)
    assert (reason(world), receiver.arrived) == ("alarm_unsent", [])
    with world.change() as session:
        session.execute(update(OutboxMessage).values(state="accepted", accepted_at=world.now))
    assert beat(world.database, watched, world.now)


def test_no_sign_of_life_while_the_clock_is_in_doubt(world: World, receiver: Receiver, watched: Settings) -> None:
    tick(world.database, world.now)
    with world.change() as session:
        note_jump(session, timedelta(hours=1), world.now)
    assert not beat(world.database, watched, world.now)
    assert (reason(world), receiver.arrived) == ("clock_in_doubt", [])


def test_a_watcher_that_does_not_answer_is_noted(world: World, receiver: Receiver, watched: Settings) -> None:
    tick(world.database, world.now)
    receiver.answer = 500
    assert not beat(world.database, watched, world.now)
    assert reason(world) == "refused"
    shut = watched.model_copy(update={"heartbeat_private": False})
    assert not beat(world.database, shut, world.now)
    assert reason(world) == "private_address"


def test_a_database_that_is_away_is_said_in_the_answer(tmp_path: Path) -> None:
    settings = Settings(database_url="postgresql://nobody@127.0.0.1:1/nothing", var_dir=tmp_path)
    client = TestClient(create_app(settings), base_url=settings.base_url, raise_server_exceptions=False)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "database_away")
    assert client.get("/health/live").status_code == 200
