"""The command and syslog as second channels: a program really run, a collector that really listens."""

import json
import os
import re
import socket
import sys
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.moment import utc
from core.settings import Settings, WrongSettings
from notifications.channels.calling import Unreached
from notifications.channels.command import Command, parse_command
from notifications.channels.configured import channels_of, require_channels
from notifications.channels.notice import Notice
from notifications.channels.syslog import Syslog, parse_syslog
from tests.fixtures.receiver import SECRET

NOW = utc(2026, 11, 22, 13, 5)
NOTICE = Notice("msg_1", "clock.level", NOW, {"reference": "PUI-2026-7K3Q", "level": "L4"}, "https://vaka.example")
KEEP = (
    "import sys, os; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read()); print(os.environ, file=open('{env}','w'))"
)
HEAD = re.compile(rb"<25>1 2026-11-22T13:05:00\.000Z [!-~]+ vaka \d+ clock\.level - \xef\xbb\xbf(\{.+\})")


def test_a_program_gets_the_facts_and_none_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAKA_SMTP_URL", "smtp://user:hemligt@relay.example")
    monkeypatch.setenv("GATEWAY", "kept")
    out, env = tmp_path / "a file; with $signs", tmp_path / "env"
    Command((sys.executable, "-c", KEEP.format(env=env), str(out))).deliver(NOTICE, NOW)
    assert json.loads(out.read_bytes()) == NOTICE.document()
    assert "hemligt" not in env.read_text()
    assert "GATEWAY" in env.read_text()


@pytest.mark.parametrize(
    ("program", "reason", "code"),
    [("raise SystemExit(7)", "failed", 7), ("import time; time.sleep(60)", "no_answer", None)],
)
def test_a_program_that_fails_or_hangs_has_not_taken_it(program: str, reason: str, code: int | None) -> None:
    with pytest.raises(Unreached) as refused:
        Command((sys.executable, "-c", program), patience=1.0).deliver(NOTICE, NOW)
    assert (refused.value.reason, refused.value.code) == (reason, code)


def test_a_program_that_hangs_takes_its_children_with_it(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    child = (
        f"import os,time,subprocess; p=subprocess.Popen(['sleep','60']); open('{mark}','w').write(str(p.pid)); p.wait()"
    )
    with pytest.raises(Unreached):
        Command((sys.executable, "-c", child), patience=5.0).deliver(NOTICE, NOW)
    until = time.monotonic() + 10
    while runs(mark.read_text()) and time.monotonic() < until:
        time.sleep(0.02)
    assert not runs(mark.read_text())


def runs(process: str) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().split()[2] not in {"Z", "X"}


def test_a_program_that_reads_nothing_is_no_trouble() -> None:
    Command((sys.executable, "-c", "")).deliver(NOTICE, NOW)
    with pytest.raises(Unreached, match="no_such_program"):
        Command(("/nowhere/send-sms",)).deliver(NOTICE, NOW)


def test_arguments_are_split_and_never_given_to_a_shell() -> None:
    assert parse_command("send --to '+46 70' $(id) ; ls") == ("send", "--to", "+46 70", "$(id)", ";", "ls")
    for wrong in ("'open", "   "):
        with pytest.raises(WrongSettings, match="VAKA_ALERT_COMMAND: "):
            parse_command(wrong)
    assert "word" not in repr(Command(("send", "--password", "word")))


def test_syslog_over_udp(collector: socket.socket) -> None:
    Syslog("127.0.0.1", collector.getsockname()[1]).deliver(NOTICE, NOW)
    found = HEAD.fullmatch(collector.recv(4096))
    assert found
    assert json.loads(found[1]) == NOTICE.document()


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_syslog_over_a_socket(tmp_path: Path, kind: socket.SocketKind) -> None:
    path = str(tmp_path / "log")
    with socket.socket(socket.AF_UNIX, kind) as listening:
        listening.bind(path)
        if kind is socket.SOCK_STREAM:
            listening.listen()
        Syslog(path).deliver(NOTICE, NOW)
        if kind is socket.SOCK_STREAM:
            line, _ = listening.accept()
            with line:
                assert HEAD.fullmatch(line.recv(4096).removesuffix(b"\n"))
        else:
            assert HEAD.fullmatch(listening.recv(4096))
    os.unlink(path)
    with pytest.raises(Unreached, match="unreachable"):
        Syslog(path).deliver(NOTICE, NOW)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [("/dev/log", "/dev/log", 0), ("log.example", "log.example", 514), ("log.example:1514", "log.example", 1514),
     ("[fd00::5]:514", "fd00::5", 514)],
)  # fmt: skip
def test_where_syslog_leads(text: str, host: str, port: int) -> None:
    assert parse_syslog(text) == Syslog(host, port)


@pytest.mark.parametrize("text", ["log.example:0", "log.example:70000", "a b", "udp://log.example", ":514"])
def test_where_syslog_cannot_lead(text: str) -> None:
    with pytest.raises(WrongSettings, match="VAKA_ALERT_SYSLOG: "):
        parse_syslog(text)


def test_none_one_or_all_of_them() -> None:
    assert channels_of(Settings()) == []
    every = Settings(alert_webhook_url=SecretStr("https://alarm.example"), alert_syslog="/dev/log",
                     alert_webhook_secret=SecretStr(SECRET), alert_command=SecretStr("/bin/true"))  # fmt: skip
    assert [channel.name for channel in channels_of(every)] == ["webhook", "command", "syslog"]
    assert [channel.place for channel in channels_of(every)] == ["alarm.example", "true", "/dev/log"]
    with pytest.raises(WrongSettings, match="VAKA_HEARTBEAT_URL: "):
        require_channels(Settings(heartbeat_url=SecretStr("ping.example")))
