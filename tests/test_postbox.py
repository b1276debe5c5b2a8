"""The relay of the tests must itself be trusted: what it refuses, keeps and forgets."""

import smtplib
from email.message import EmailMessage

import pytest

from tests.fixtures.smtp import Postbox


def send(postbox: Postbox, recipient: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "vaka@example.test", recipient, "Hälsning"
    message.set_content("Åsa.\n.en punkt först\n")
    with smtplib.SMTP(postbox.host, postbox.port) as relay:
        relay.send_message(message)


def test_it_keeps_envelope_and_text(postbox: Postbox) -> None:
    send(postbox, "asa@example.test")
    (letter,) = postbox.wait_for(1)
    assert letter.recipients == ("asa@example.test",)
    assert (letter.subject, letter.text) == ("Hälsning", "Åsa.\n.en punkt först\n")


@pytest.mark.parametrize("answer", ["550 5.1.1 No such user here", "451 4.3.0 Come back later"])
def test_it_refuses_whom_it_is_told_to(postbox: Postbox, answer: str) -> None:
    postbox.refuse("bo@example.test", answer)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(postbox, "bo@example.test")
    assert refused.value.recipients["bo@example.test"][0] == int(answer[:3])
    assert postbox.letters == []


def test_it_comes_back_at_the_same_port(postbox: Postbox) -> None:
    port = postbox.port
    postbox.stop()
    with pytest.raises(OSError, match="refused"):
        send(postbox, "asa@example.test")
    postbox.start()
    send(postbox, "asa@example.test")
    assert (postbox.port, len(postbox.letters)) == (port, 1)


def test_an_answer_can_be_lost_after_the_letter_was_taken(postbox: Postbox) -> None:
    postbox.hang_up_on.add("asa@example.test")
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(postbox, "asa@example.test")
    assert len(postbox.to("asa@example.test")) == 1
