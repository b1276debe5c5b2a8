"""`vaka check`: one line for each thing an installation stands on, with its remedy, in two languages."""

import json
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text, update

from app.anchoring.folder_round import add_to_folder
from app.checking.finding import Result as Looked
from app.checking.storage import erasing
from app.cli import vaka
from app.wall_clock import note_jump
from core.access import SYSTEM, Role
from core.audit import record
from core.audit.anchors import MAIL, begin, hold
from core.audit.checkpoints import note_refusal
from core.audit.growth import SMALLER, Refused
from core.audit.proof_models import AuditCheckpoint
from core.audit.signer import Signer
from core.audit.verify import verify_end
from core.backup.envelope import new_pair
from core.moment import now
from core.settings import Environment
from incidents.jobs import tick
from incidents.readiness.keeping import TrialForm, record_trial
from incidents.readiness.rule import FRESH
from incidents.readiness.rule import Result as TrialResult
from incidents.readiness_models import AuthorityReadiness
from incidents.restoring import Found
from incidents.restoring import begin as begin_earlier
from notifications.channels.calling import Unreached
from notifications.channels.state import channel_state, trip
from notifications.service_state import remember
from tests.fixtures.receiver import SECRET, Receiver
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World


@pytest.fixture
def company(
    world: World, receiver: Receiver, postbox: Postbox, monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> World:  # fmt: skip
    """An installation where nothing is wrong, at the real time."""
    world.now = now()
    tick(world.database, world.now)
    with world.change() as session:
        remember(session, "heartbeat", {"reason": "", "code": None}, world.now)
        remember(session, "backup", {"size": 1, "entries": 1}, world.now)
        tried = TrialForm(authority="imy", holder=world.users[Role.HEAD].id, holds="BankID", result=TrialResult.OK,
                          tried_on=world.now.date() - timedelta(days=1))  # fmt: skip
        record_trial(session, world.actor(Role.HEAD), tried, world.now)
    share = tmp_path_factory.mktemp("share")
    hold_outside(world, share)
    for name, value in {
        "ANCHOR_DIR": str(share), "ANCHOR_MAIL": "log@advokat.example,log@revisor.example",
        "BACKUP_PUBLIC_KEY": new_pair()[0],
        "DATABASE_URL": world.settings.database_url, "VAR_DIR": str(world.settings.var_dir),
        "SMTP_URL": postbox.url, "ALERT_WEBHOOK_URL": receiver.url, "ALERT_WEBHOOK_SECRET": SECRET,
        "ALERT_WEBHOOK_PRIVATE": "1", "HEARTBEAT_URL": receiver.url, "HEARTBEAT_PRIVATE": "1",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"VAKA_{name}", value)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return world


def hold_outside(world: World, share: Path) -> None:
    """Signed, in the folder, and taken by the mail server."""
    point = Signer.of(world.database, world.settings).look(world.now)
    assert point
    assert add_to_folder(world.database, world.settings.model_copy(update={"anchor_dir": share}), world.now) == 1
    with world.change() as session:
        hold(begin(session, point.id, MAIL, "a mailbox", world.now), None, world.now)


def run(*words: str) -> Result:
    return CliRunner().invoke(vaka, ["check", *words])


def found(*words: str) -> dict[str, Any]:
    answer = json.loads(run("--json", *words).stdout)
    return {one["check"]: one for one in answer["checks"]}


def wrong(*words: str) -> dict[str, str]:
    """The checks that failed, with their remedy in English."""
    return {name: one["remedy"]["en"] for name, one in found(*words).items() if one["result"] == "failed"}


def test_a_sound_installation_exits_with_0_and_one_line_each(company: World) -> None:
    assert run("--try").exit_code == 0
    answer = run()
    assert answer.exit_code == 0, answer.stdout
    lines = answer.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["fine"] * len(lines)
    assert len(lines) == 16
    document = json.loads(run("--json").stdout)
    assert document["ok"] is True
    assert [one["check"] for one in document["checks"]] == [
        "database", "schema", "keys", "relay", "second_channel", "worker", "alarms", "clock", "heartbeat", "log",
        "erasing", "signer", "anchors", "backups", "state", "authority",
    ]  # fmt: skip
    assert all(set(one["text"]) == {"sv", "en"} and one["remedy"] is None for one in document["checks"])


def test_an_old_copy_or_none_is_wrong_in_production_and_advice_elsewhere(
    company: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with company.change() as session:
        remember(session, "backup", {"size": 1, "entries": 1}, now() - timedelta(days=3))
    old = found()["backups"]
    assert (old["result"], "72" in old["text"]["en"]) == ("advice", True), old
    monkeypatch.setenv("VAKA_ENVIRONMENT", "production")
    monkeypatch.setenv("VAKA_BASE_URL", "https://vaka.nordhamn.example")
    assert "vaka backup" in wrong()["backups"]
    monkeypatch.delenv("VAKA_BACKUP_PUBLIC_KEY")
    assert "vaka key backup" in wrong()["backups"]


def test_who_does_not_own_the_database_is_told_that_its_samples_outlive_an_erasure(world: World) -> None:
    with world.change() as session:
        assert erasing(session).result is Looked.OK
        if world.database.url.startswith("sqlite"):
            return
        session.execute(text("CREATE ROLE guest"))
        session.execute(text("SET LOCAL ROLE guest"))
        assert erasing(session).result is Looked.ADVICE
        session.rollback()


def test_an_earlier_state_is_wrong(company: World) -> None:
    with company.change() as session:
        begin_earlier(session, Found("restore"), company.now)
    assert "/restored" in wrong()["state"]


def test_it_speaks_swedish(company: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "sv_SE.UTF-8")
    monkeypatch.delenv("VAKA_ALERT_WEBHOOK_URL")
    monkeypatch.delenv("VAKA_ALERT_WEBHOOK_SECRET")
    line = next(line for line in run().stdout.splitlines() if "andra vägen" in line)
    assert line.startswith("FEL")
    assert "VAKA_ALERT_COMMAND" in line


def test_a_second_channel_is_mandatory(company: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAKA_ALERT_WEBHOOK_URL")
    answer = run()
    assert answer.exit_code == 1
    assert "VAKA_ALERT_SYSLOG" in wrong()["second_channel"]


def test_a_dead_webhook_is_named(company: World, receiver: Receiver) -> None:
    receiver.stop()
    answer = found()["second_channel"]
    assert answer["result"] == "failed"
    assert answer["text"]["en"] == "Webhook to 127.0.0.1 does not work. No connection could be made."
    assert "VAKA_ALERT_WEBHOOK_URL" in answer["remedy"]["sv"]


def test_a_webhook_that_refused_the_last_alarm_is_named(company: World) -> None:
    with company.change() as session:
        trip(session, "webhook", Unreached("refused", 404), company.now)
    assert found()["second_channel"]["text"]["sv"] == "Webhook till 127.0.0.1 fungerar inte. Den svarade 404."


def test_a_test_goes_through_the_channel_and_is_remembered(company: World, receiver: Receiver) -> None:
    assert found()["second_channel"]["result"] == "advice"
    assert receiver.arrived == []
    assert found("--try")["second_channel"]["result"] == "ok"
    (one,) = receiver.wait_for(1)
    assert (json.loads(one.body)["type"], one.signed) == ("test", True)
    assert found()["second_channel"]["result"] == "ok"
    receiver.answer = 410
    assert found("--try")["second_channel"]["text"]["en"].endswith("It answered 410.")
    with company.look() as session:
        assert channel_state(session, "webhook").code == 410


def test_the_other_channels_are_reached_for_too(
    company: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, collector: socket.socket
) -> None:
    monkeypatch.delenv("VAKA_ALERT_WEBHOOK_URL")
    monkeypatch.setenv("VAKA_ALERT_COMMAND", str(tmp_path / "send-sms"))
    assert found()["second_channel"]["text"]["en"].startswith("Program to send-sms does not work.")
    monkeypatch.delenv("VAKA_ALERT_COMMAND")
    monkeypatch.setenv("VAKA_ALERT_SYSLOG", str(tmp_path / "log"))
    assert found()["second_channel"]["result"] == "failed"
    monkeypatch.setenv("VAKA_ALERT_SYSLOG", f"127.0.0.1:{collector.getsockname()[1]}")
    assert found("--try")["second_channel"]["result"] == "ok"
    assert b'"type":"test"' in collector.recv(4096)


def test_the_relay_is_really_connected(company: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    postbox.stop()
    assert "relay" in wrong()
    monkeypatch.delenv("VAKA_SMTP_URL")
    assert found()["relay"]["result"] == "advice"
    monkeypatch.setenv("VAKA_ENVIRONMENT", Environment.PRODUCTION)
    monkeypatch.setenv("VAKA_BASE_URL", "https://vaka.example")
    assert "VAKA_SMTP_URL" in wrong()["relay"]


def test_a_worker_that_is_gone_an_alarm_a_clock_and_a_silence(company: World) -> None:
    with company.change() as session:
        session.execute(text("UPDATE service_state SET at = '2026-01-01 00:00:00' WHERE name = 'tick'"))
        remember(session, "heartbeat", {"reason": "tick_old", "code": None}, company.now)
        note_jump(session, timedelta(hours=2), company.now)
    assert set(wrong()) == {"worker", "clock", "heartbeat"}
    with company.change() as session:
        session.execute(text("DELETE FROM service_state"))
    assert found()["worker"]["text"]["en"].startswith("None has run yet")


def test_nobody_outside_watching_is_advice(company: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAKA_HEARTBEAT_URL")
    assert found()["heartbeat"]["result"] == "advice"
    assert run("--try").exit_code == 0


def test_an_altered_log_is_named(company: World) -> None:
    with company.change() as session:
        record(session, SYSTEM, "test:ran", "object", company.now)
    assert found()["log"]["result"] == "ok"
    _alter(company)
    assert "vaka log verify" in wrong()["log"]
    assert company.database is not None


def _alter(world: World) -> None:
    with world.change() as session:
        session.execute(text("UPDATE audit_head SET mac = 'x'"))


@pytest.mark.parametrize("count", [1, 3, 100])
def test_the_end_of_a_long_log_is_looked_at(world: World, count: int) -> None:
    for _ in range(5):
        with world.change() as session:
            record(session, SYSTEM, "test:ran", "object", world.now)
    with world.look() as session:
        assert verify_end(session, count).result == "ok"
    _alter(world)
    with world.look() as session:
        assert verify_end(session, count).kind == "rewritten"


def test_missing_ground_is_named_and_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAKA_VAR_DIR", str(tmp_path))
    assert "vaka migrate" in wrong()["database"]
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "vaka.db").touch()
    assert wrong() == {"schema": "Run vaka migrate."}
    assert CliRunner().invoke(vaka, ["migrate"]).exit_code == 0
    assert "vaka serve" in wrong()["keys"]


def test_a_key_that_is_gone_open_to_others_or_another_one(company: World) -> None:
    path = company.settings.data_key
    path.chmod(0o644)
    assert "chmod" in wrong()["keys"]
    kept = path.read_text()
    path.unlink()
    assert "Bring it back" in wrong()["keys"]
    assert not path.exists()
    path.write_text(f"vaka-data-key 01234567 {'ab' * 32}")
    path.chmod(0o600)
    assert "Bring it back" in wrong()["keys"]
    path.write_text(kept)
    assert "keys" not in wrong()


def test_a_schema_that_is_old_is_named(company: World) -> None:
    with company.change() as session:
        version = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = '0600'"))
    try:
        assert wrong() == {"schema": "Run vaka migrate."}
    finally:
        with company.change() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


@pytest.mark.parametrize(
    ("name", "value"),
    [("ALERT_WEBHOOK_URL", "nowhere"), ("ALERT_SYSLOG", "a b"), ("ALERT_COMMAND", "'open"), ("METRICS_TOKEN", "short"),
     ("HEARTBEAT_URL", "ftp://a.example"), ("ALERT_WEBHOOK_SECRET", "whsec_x")],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_one_sentence_and_2(
    company: World, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    from core.settings import WrongSettings

    monkeypatch.setenv(f"VAKA_{name}", value)
    answer = run()
    assert isinstance(answer.exception, WrongSettings)
    assert str(answer.exception).startswith(f"VAKA_{name}: ")


def test_a_way_in_to_the_authority_that_nobody_has_tried_lately_is_advice(company: World) -> None:
    with company.change() as session:
        session.execute(update(AuthorityReadiness).values(tried_on=company.now.date() - FRESH - timedelta(days=2)))
    answer = found()["authority"]
    assert answer["result"] == "advice"
    assert answer["text"]["en"] == "The way in to IMY was last tried more than 180 days ago."
    assert answer["remedy"]["sv"].endswith("/settings/authority-readiness.")
    assert run().exit_code == 0


def test_a_log_that_nobody_signs_is_named(company: World) -> None:
    with company.change() as session:
        record(session, SYSTEM, "test:ran", "late", company.now)
        session.execute(text("DROP TRIGGER IF EXISTS audit_checkpoint_no_update" if company.database.url.startswith(
            "sqlite") else "DROP TRIGGER audit_checkpoint_only_grows ON audit_checkpoint"))  # fmt: skip
        session.execute(update(AuditCheckpoint).values(at=company.now - timedelta(hours=3)))
    assert found()["signer"]["text"]["en"] == "The log has grown, and was last signed 3 h 00 min ago."
    assert wrong()["signer"].startswith("Start a worker on the host")
    with company.change() as session:
        note_refusal(session, Refused(SMALLER, 9, 7), company.now)
    assert found()["signer"]["text"]["sv"].startswith("9 poster är signerade, 7 finns här.")


def test_files_of_the_signer_that_others_can_read_are_named(company: World) -> None:
    (company.settings.signer / "signer.key").chmod(0o644)
    assert found()["signer"]["text"]["en"] == "Others on this machine can read signer.key."
