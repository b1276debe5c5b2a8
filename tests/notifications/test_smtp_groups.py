"""A relay that takes commands in groups (RFC 2920) gets them so, and is answered for each by itself."""

import socket
from threading import Thread

import pytest

from notifications.handover import Accepted, Deferred, Mail, Outage, Outcome, Refused
from notifications.relay import parse_relay
from notifications.smtp import SmtpTransport
from notifications.smtp_connection import envelope
from tests.fixtures.sink import HANG_UP, OK, Sink, Told

ASA, BO, EVA = (Mail(name, "vaka@nordhamn.example", f"{name}@kund.example",
                     f"Message-ID: <{name}>\r\n\r\n.Hej\r\n".encode()) for name in ("asa", "bo", "eva"))  # fmt: skip


def sent(sink: Sink, *mails: Mail) -> list[Outcome]:
    """All of them in one window, each announced with the dot before it."""
    connection = SmtpTransport(parse_relay(sink.url)).open()
    outcomes: list[Outcome] = []
    for number, mail in enumerate(mails):
        answer = connection.hand_over(mail, hold=number > 0)
        following = mails[number + 1] if number + 1 < len(mails) else None
        outcomes.append(answer or connection.finish(following))
    connection.close()
    return outcomes


def odd(sink: Sink, step: str, answer: bytes) -> None:
    def answers(told: Told) -> bytes | None:
        return answer if told.step == step and told.recipient == BO.recipient else None

    sink.odd = answers


def test_mails_of_a_window_follow_each_other_whole(sink: Sink) -> None:
    sink.keep = True
    assert [type(one) for one in sent(sink, ASA, BO, EVA)] == [Accepted] * 3
    assert [line.recipient for line in sink.taken()] == [ASA.recipient, BO.recipient, EVA.recipient]
    assert [raw for _, raw in sink.kept()] == [ASA.content, BO.content, EVA.content]


@pytest.mark.parametrize(("code", "outcome"), [(b"550 No such user\r\n", Refused), (b"451 Later\r\n", Deferred)])
@pytest.mark.parametrize("step", ["RCPT", "DATA", "DOT"])
def test_a_no_concerns_its_own_mail_only(sink: Sink, step: str, code: bytes, outcome: type[Outcome]) -> None:
    odd(sink, step, code)
    assert [type(one) for one in sent(sink, ASA, BO, EVA)] == [Accepted, outcome, Accepted]
    assert [line.recipient for line in sink.taken()] == [ASA.recipient, EVA.recipient]


@pytest.mark.parametrize("answer", [b"421 Closing\r\n", HANG_UP])
def test_a_line_that_ends_with_the_answer_to_a_dot_takes_nothing_more(sink: Sink, answer: bytes) -> None:
    odd(sink, "DOT", answer)
    with pytest.raises(Outage, match="line_broke"):
        sent(sink, ASA, BO, EVA)
    assert EVA.recipient not in {line.recipient for line in sink.taken()}


def test_a_relay_that_waits_for_the_text_to_nobody_gets_none() -> None:
    """RFC 2920 lets it say 354 to a mail whose only recipient it has refused. The line is cut."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"smtp://127.0.0.1:{listener.getsockname()[1]}?tls=none"
        listener.settimeout(10)
        heard: list[bytes] = []

        def serve() -> None:
            line, _ = listener.accept()
            with line, line.makefile("rb") as said:
                line.sendall(b"220 mx\r\n")
                said.readline()
                line.sendall(b"250-mx\r\n250 PIPELINING\r\n")
                for answer in (OK, b"550 No\r\n", b"354 Go on\r\n"):
                    said.readline()
                    line.sendall(answer)
                heard.append(said.read())

        relay = Thread(target=serve)
        relay.start()
        connection = SmtpTransport(parse_relay(url)).open()
        assert isinstance(connection.hand_over(BO), Refused)
        relay.join(10)
        assert heard == [b""]
        with pytest.raises(Outage, match="line_broke"):
            connection.hand_over(ASA)


def test_a_goodbye_within_a_mail_cuts_the_line(sink: Sink) -> None:
    """As text after a 354 it would become a part of the mail that was only announced."""
    connection = SmtpTransport(parse_relay(sink.url)).open()
    connection.hand_over(ASA)
    connection.finish(BO)
    connection.close()
    assert [line.recipient for line in sink.taken()] == [ASA.recipient]
    assert not sink.heard["QUIT"]


@pytest.mark.parametrize("text", ["a@b.example>\r\nRCPT TO:<x@ond.example", "a@b.example\x00"])
def test_no_address_ends_its_line(text: str) -> None:
    with pytest.raises(ValueError, match="end its line"):
        envelope(Mail("a", text, "b@kund.example", b""))
