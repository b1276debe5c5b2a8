"""The webhook is signed by the published scheme, follows nothing, and calls nobody inside unless it is told to."""

import json
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from core.moment import utc
from core.settings import Environment, Settings, WrongSettings
from notifications.channels import calling
from notifications.channels.addresses import may_call
from notifications.channels.calling import Unreached, call, fetch, parse_address
from notifications.channels.configured import channels_of
from notifications.channels.notice import Channel, Notice
from notifications.channels.webhook import parse_secrets, signature
from tests.fixtures.receiver import SECRET, Receiver, certificate, is_signed

NOW = utc(2026, 11, 22, 13, 5)
NOTICE = Notice("msg_1", "clock.level", NOW, {"reference": "PUI-2026-7K3Q", "level": "L4", "path": "/incidents/PUI"},
                "https://vaka.example")  # fmt: skip


def webhook(url: str, *, private: bool = True, secret: str = SECRET, **more: Any) -> Channel:
    made = Settings(alert_webhook_url=url, alert_webhook_secret=secret, alert_webhook_private=private, **more)  # type: ignore[arg-type]
    return channels_of(made)[0]


def reason(*args: Any, **named: Any) -> str:
    with pytest.raises(Unreached) as refused:
        call(*args, **named)
    return refused.value.reason


def test_the_published_example_gets_the_published_signature() -> None:
    (secret,) = parse_secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert signed == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_can_check_an_alarm_and_read_it(receiver: Receiver) -> None:
    webhook(receiver.url).deliver(NOTICE, NOW)
    (one,) = receiver.wait_for(1)
    assert (one.method, one.path, one.signed) == ("POST", "/alarm?of=vaka", True)
    assert one.headers["webhook-id"] == "msg_1"
    assert datetime.fromtimestamp(int(one.headers["webhook-timestamp"]), UTC) == NOW
    assert json.loads(one.body) == {
        "type": "clock.level",
        "timestamp": "2026-11-22T13:05:00Z",
        "data": {**NOTICE.facts, "link": "https://vaka.example/incidents/PUI"},
    }
    assert not is_signed(one.headers, one.body + b" ")


def test_two_secrets_make_two_signatures_while_one_takes_over(receiver: Receiver) -> None:
    old = "whsec_" + "b2xk" * 8
    webhook(receiver.url, secret=f"{old} {SECRET}").deliver(NOTICE, NOW)
    (one,) = receiver.wait_for(1)
    assert one.signed
    assert is_signed(one.headers, one.body, old)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.answer, receiver.headers = status, {"Location": receiver.url}
    with pytest.raises(Unreached, match="redirect"):
        webhook(receiver.url).deliver(NOTICE, NOW)
    assert len(receiver.arrived) == 1


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_any_answer_but_yes_is_no(receiver: Receiver, status: int) -> None:
    receiver.answer = status
    with pytest.raises(Unreached) as refused:
        webhook(receiver.url).deliver(NOTICE, NOW)
    assert (refused.value.reason, refused.value.code) == ("refused", status)


def test_this_machine_is_shut_unless_it_is_said(receiver: Receiver) -> None:
    with pytest.raises(Unreached, match="private_address"):
        webhook(receiver.url, private=False).deliver(NOTICE, NOW)
    assert receiver.arrived == []


def test_a_name_that_leads_inside_is_refused_at_the_address_not_at_the_name(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is asked once and that very answer is connected: a second answer (rebinding) has no effect."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, port: int, **more: Any) -> Any:
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "93.184.216.34", port, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    to = parse_address("X", f"http://alarm.example:{receiver.port}/")
    assert reason("POST", to, private=False, body=b"") == "private_address"
    assert asked == ["alarm.example"]
    assert receiver.arrived == []


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "0", "[::1]", "[::ffff:127.0.0.1]"])
def test_this_machine_under_its_other_names(receiver: Receiver, host: str) -> None:
    to = urlsplit(f"http://{host}:{receiver.port}/")
    assert reason("POST", to, private=False, body=b"") in {"private_address", "unknown_host"}
    assert receiver.arrived == []


@pytest.mark.parametrize(
    ("address", "outside", "inside"),
    [
        ("93.184.216.34", True, True),
        ("2606:2800:220:1::1", True, True),
        ("127.0.0.1", False, True),
        ("10.1.2.3", False, True),
        ("172.16.0.1", False, True),
        ("192.168.1.1", False, True),
        ("fd00::1", False, True),
        ("::1", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("64:ff9b::7f00:1", False, True),
        ("2002:7f00:1::", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("::7f00:1", False, False),
        ("64:ff9b:1::7f00:1", False, False),
        ("fe80::1%eth0", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("ff02::1", False, False),
        ("255.255.255.255", False, False),
        ("240.0.0.1", False, False),
        ("100.64.0.1", False, True),
    ],
)
def test_which_addresses_may_be_called(address: str, outside: bool, inside: bool) -> None:
    assert (may_call(address, private=False), may_call(address, private=True)) == (outside, inside)


def test_an_answer_that_drips_is_cut(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "WHOLE", 0.3)
    receiver.drip = True
    assert reason("GET", urlsplit(receiver.url), private=True) == "no_answer"
    receiver.drip = False


def test_no_more_of_an_answer_is_read_than_it_may_have(receiver: Receiver) -> None:
    receiver.answer, receiver.content = 200, b"x" * 1000
    to = urlsplit(receiver.url)
    assert fetch("POST", to, private=True, largest=1000, body=b"?") == receiver.content
    assert receiver.arrived[0].body == b"?"
    with pytest.raises(Unreached, match="too_long"):
        fetch("GET", to, private=True, largest=999)
    receiver.answer, receiver.headers = 302, {"Location": receiver.url}
    with pytest.raises(Unreached, match="redirect"):
        fetch("GET", to, private=True, largest=1000)
    with pytest.raises(Unreached, match="private_address"):
        fetch("GET", to, private=False, largest=1000)


def test_silence_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        assert reason("GET", urlsplit(f"http://127.0.0.1:{deaf.getsockname()[1]}"), private=True) == "no_answer"


def test_nobody_there_and_no_such_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert reason("GET", urlsplit(f"http://127.0.0.1:{port}"), private=True) == "unreachable"
    assert reason("GET", urlsplit("http://nowhere.invalid"), private=True) == "unknown_host"


def test_clear_text_where_tls_is_expected_is_no_tls(receiver: Receiver) -> None:
    assert reason("GET", urlsplit(f"https://127.0.0.1:{receiver.port}"), private=True) == "no_tls"


def test_the_name_stays_in_tls_when_the_address_is_chosen_here(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.stop()
    receiver.certificate = certificate(tmp_path, "alarm.example")
    receiver.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(receiver.certificate))
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, port, **more: real("127.0.0.1", port, **more))
    webhook(f"https://alarm.example:{receiver.port}/").deliver(NOTICE, NOW)
    assert receiver.wait_for(1)[0].headers["host"] == f"alarm.example:{receiver.port}"
    assert reason("GET", urlsplit(f"https://other.example:{receiver.port}"), private=True) == "no_tls"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example",
        "http://a.example\\@127.0.0.1/",
        "http://①27.0.0.1/",
        "https://a/#@b",
        "https:///path",
        "https://user:word@a.example",
        "alarm",
        "https://a b/",
    ],
)
def test_an_address_that_cannot_be_called_is_one_sentence_without_it(url: str) -> None:
    with pytest.raises(WrongSettings) as wrong:
        webhook(url)
    assert str(wrong.value).startswith("VAKA_ALERT_WEBHOOK_URL: ")
    assert url not in str(wrong.value)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_!!", "whsec_" + "QUFB" * 30])
def test_a_secret_that_is_none_is_one_sentence_without_it(secret: str) -> None:
    with pytest.raises(WrongSettings, match="VAKA_ALERT_WEBHOOK_SECRET: ") as wrong:
        webhook("https://alarm.example", secret=secret)
    assert len(secret) < 8 or secret not in str(wrong.value)


def test_production_asks_for_https_outside() -> None:
    with pytest.raises(WrongSettings, match="https"):
        webhook("http://alarm.example", private=False, environment=Environment.PRODUCTION, base_url="https://a.example")
    webhook("http://gateway.lan", environment=Environment.PRODUCTION, base_url="https://a.example")


def test_neither_secret_nor_path_is_shown() -> None:
    shown = repr(webhook("https://alarm.example/token-in-path"))
    assert SECRET not in shown
    assert "token-in-path" not in shown
