"""Odd relays (security.md C8): every answer is one of four, and nothing goes in clear that must not."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings import WrongSettings
from notifications import smtp, smtp_connection
from notifications.handover import Accepted, Deferred, Mail, Outage, Outcome, Refused, Unanswered
from notifications.relay import Tls, parse_relay
from notifications.smtp import SmtpTransport, knock
from notifications.smtp_connection import stuffed
from tests.fixtures.smtp import Postbox

MAIL = Mail("a1", "vaka@nordhamn.example", "asa@kund.example", b"Subject: x\r\n\r\n.hej\r\n")
GOOD = {"EHLO": b"250-mx.example\r\n250 8BITMIME\r\n", "MAIL": b"250 Ok\r\n", "RCPT": b"250 Ok\r\n",
        "DATA": b"354 Go on\r\n", "RSET": b"250 Ok\r\n", "QUIT": b"221 Bye\r\n", ".": b"250 Queued\r\n"}  # fmt: skip
HANG_UP = b""


@contextmanager
def scripted(**answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A relay that says exactly these bytes; an answer without a line end is its last. Lists what it heard."""
    said = GOOD | {name.replace("dot", "."): answer for name, answer in answers.items()}
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=_serve, args=(listener, said, heard), daemon=True)
        thread.start()
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}", heard
        thread.join(10)


def _serve(listener: socket.socket, said: dict[str, bytes], heard: list[bytes]) -> None:
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as lines, suppress(OSError):
        connection.sendall(greeting := said.get("greeting", b"220 mx.example\r\n"))
        if not greeting:
            return
        in_data = False
        for line in lines:
            heard.append(line)
            word = line.split(b" ")[0].strip().decode("latin-1").upper()
            if in_data and word != ".":
                continue
            answer = said.get(word, b"500 What?\r\n")
            in_data = word == "DATA" and answer.startswith(b"354")
            connection.sendall(answer)
            if not answer.endswith(b"\n"):
                return


def sent(**answers: bytes) -> Outcome:
    with scripted(**answers) as (url, _):
        connection = SmtpTransport(parse_relay(url)).open()
        outcome = connection.hand_over(MAIL) or connection.finish()
        connection.close()
        return outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"250 2.0.0 Ok\r\n", Accepted),
        (b"250-one\r\n250 two\r\n", Accepted),
        (b"421 Going down\r\n", Deferred),
        (b"451 Not now\r\n", Deferred),
        (b"552 Too big\r\n", Refused),
        (b"599 Strange\r\n", Refused),
        (b"250", Unanswered),
        (b"250-one\r\n2", Unanswered),
        (b"hello\r\n", Unanswered),
        (b"354 Go on\r\n", Unanswered),
        (HANG_UP, Unanswered),
    ],
)
def test_after_the_dot_only_a_whole_answer_counts(answer: bytes, outcome: type[Outcome]) -> None:
    assert type(sent(dot=answer)) is outcome


@pytest.mark.parametrize(
    ("step", "answer", "outcome"),
    [
        ("RCPT", b"550 No such user\r\n", Refused),
        ("RCPT", b"450 Greylisted\r\n", Deferred),
        ("DATA", b"554 No\r\n", Refused),
        ("DATA", b"451 Later\r\n", Deferred),
        ("MAIL", b"552 Too big\r\n", Refused),
        ("MAIL", b"452 Full\r\n", Deferred),
    ],
)
def test_before_the_dot_a_refusal_is_about_this_mail(step: str, answer: bytes, outcome: type[Outcome]) -> None:
    assert type(sent(**{step: answer})) is outcome


@pytest.mark.parametrize(
    ("step", "answer", "reason"),
    [
        ("greeting", b"554 Go away\r\n", "refused"),
        ("greeting", HANG_UP, "unreachable"),
        ("MAIL", b"550 Sender not allowed\r\n", "sender_refused"),
        ("MAIL", HANG_UP, "line_broke"),
        ("RCPT", b"421 Closing\r\n", "line_broke"),
        ("DATA", HANG_UP, "line_broke"),
    ],
)
def test_trouble_with_the_relay_is_blamed_on_no_mail(step: str, answer: bytes, reason: str) -> None:
    with pytest.raises(Outage, match=reason):
        sent(**{step: answer})


def test_nothing_goes_in_clear_when_encryption_is_required() -> None:
    """A relay, or somebody between, that hides STARTTLS hears neither password nor mail."""
    with scripted() as (url, heard):
        relay = parse_relay(url.replace("smtp://", "smtp://vaka:hemligt@") + "?tls=required")
        with pytest.raises(Outage, match="no_tls"):
            SmtpTransport(relay).open()
    assert [line.split()[0] for line in heard] == [b"ehlo"]


def test_a_relay_with_a_false_certificate_hears_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    hello = b"250-mx.example\r\n250 STARTTLS\r\n"
    with scripted(EHLO=hello, STARTTLS=b"220 Go\r\n") as (url, heard), pytest.raises(Outage):
        SmtpTransport(parse_relay(url + "?tls=required"), patience=1).open()
    assert b"AUTH" not in b"".join(heard)


def test_a_wrong_password_is_said_so() -> None:
    hello = b"250-mx.example\r\n250 AUTH PLAIN\r\n"
    with scripted(EHLO=hello, AUTH=b"535 No\r\n") as (url, _):
        assert knock(url.replace("smtp://", "smtp://vaka:fel@")) == "login_refused"


def test_a_knock_says_what_is_wrong(postbox: Postbox) -> None:
    assert knock(postbox.url) == ""
    assert knock("smtp://") == "wrong_address"
    postbox.stop()
    assert knock(postbox.url) == "unreachable"


def test_the_dot_is_waited_for_ten_minutes() -> None:
    assert smtp_connection.AFTER_THE_DOT >= 600


@given(st.binary(max_size=200))
def test_no_body_can_end_itself(content: bytes) -> None:
    on_the_line = stuffed(content)
    assert on_the_line.endswith(b"\r\n")
    assert not any(line.startswith(b".") and not line.startswith(b"..") for line in on_the_line.split(b"\r\n"))
    assert b"\r" not in on_the_line.replace(b"\r\n", b"")
    assert b"\n" not in on_the_line.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "user", "password"),
    [
        ("smtp://relay.example", "relay.example", 25, Tls.REQUIRED, "", ""),
        ("smtp://u%40x:p%3A%2F@relay.example:587?tls=required", "relay.example", 587, Tls.REQUIRED, "u@x", "p:/"),
        ("smtp://relay.example?tls=none", "relay.example", 25, Tls.NONE, "", ""),
        ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, Tls.OPTIONAL, "", ""),
        ("smtps://relay.example", "relay.example", 465, Tls.REQUIRED, "", ""),
    ],
)
def test_a_relay_is_read_from_its_address(url: str, host: str, port: int, tls: Tls, user: str, password: str) -> None:
    relay = parse_relay(url)
    assert (relay.host, relay.port, relay.tls, relay.user, relay.password) == (host, port, tls, user, password)
    assert "p:/" not in repr(relay)


WRONG: list[str] = ["", "relay.example", "http://u:hemligt@x", "smtp://", "smtp://x:99999", "smtp://x?tls=maybe",
                    "smtp://x?tlss=required", "smtp://x/path", "smtp://x?tls"]  # fmt: skip


@pytest.mark.parametrize("url", WRONG)
def test_a_wrong_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(WrongSettings) as wrong:
        parse_relay(url)
    assert "hemligt" not in str(wrong.value)


def test_the_dot_does_not_wait_for_an_acknowledgement(postbox: Postbox) -> None:
    """With Nagle's algorithm each small segment, such as the dot, would wait 40 ms."""
    line = smtp._connect(SmtpTransport(parse_relay(postbox.url)))
    assert line.sock is not None
    assert line.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
    line.close()
