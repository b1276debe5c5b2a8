"""What a mail that came back says, and that nobody can say it in our name."""

import string
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.crypto import Keyring
from core.settings import WrongSettings, load_settings
from notifications.bounce_reading import ComeBack, mails_in, read_come_back
from notifications.return_path import message_id_of, return_path, token_of, tokens_in

RING = Keyring("ab12", b"k" * 32)
ADDRESS = "bounces@nordhamn.example"
MESSAGE_ID = f"<{'0123456789abcdef' * 2}@vaka.invalid>"
TOKEN = token_of(RING, MESSAGE_ID)
BACK = return_path(ADDRESS, TOKEN)
POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.kund.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered. (2.0.0 was said before.)

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.kund.example
X-Postfix-Queue-ID: 4D2A41F0C

Final-Recipient: rfc822; asa@kund.example
Original-Recipient: rfc822;asa@kund.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <asa@kund.example>: Recipient address rejected

--B
Content-Type: message/rfc822

From: Nordhamn <vaka@nordhamn.example>
To: asa@kund.example
Subject: Om dina uppgifter

Hej.
--B--
"""


def report(action: str = "failed", status: str = "5.1.1", to: str = BACK) -> bytes:
    return POSTFIX.format(to=to, action=action, status=status).encode()


def plain(sender: str, text: str, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, BACK
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


@pytest.mark.parametrize(
    ("action", "status", "read"),
    [
        ("failed", "5.1.1", ComeBack(TOKEN, hard=True, status="5.1.1")),
        ("failed", "4.4.7", ComeBack(TOKEN, hard=True, status="4.4.7")),
        ("Failed", "5.7.1 (blocked)", ComeBack(TOKEN, hard=True, status="5.7.1")),
        ("delayed", "4.4.1", ComeBack(TOKEN, hard=False, status="4.4.1")),
        ("delivered", "2.0.0", None),
        ("relayed", "2.0.0", None),
    ],
)
def test_a_report_is_read_by_its_action_and_status(action: str, status: str, read: ComeBack | None) -> None:
    assert read_come_back(report(action, status), ADDRESS) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("550 5.1.1 unknown user", ComeBack(TOKEN, hard=True, status="5.1.1")),
        ("Still trying: 4.4.1 no answer", ComeBack(TOKEN, hard=False, status="4.4.1")),
        ("Sorry, no mailbox here by that name.", ComeBack(TOKEN, hard=True)),
    ],
)
def test_without_a_report_the_address_and_the_words_of_a_mail_server_count(text: str, read: ComeBack) -> None:
    assert read_come_back(plain("MAILER-DAEMON@mx.kund.example", text), ADDRESS) == read


@pytest.mark.parametrize("sender", ["Åsa Öberg <asa@kund.example>", "noreply@kund.example"])
def test_an_answer_or_an_absence_notice_is_no_bounce(sender: str) -> None:
    absent = plain(sender, "Jag är tillbaka 5.1.1 nästa år.", Auto_Submitted="auto-replied", Return_Path="<>")
    assert read_come_back(absent, ADDRESS) is None


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Envelope-To"])
def test_the_address_is_found_wherever_the_mail_server_wrote_it(header: str) -> None:
    mail = b"%s: %s\n" % (header.encode(), BACK.upper().encode()) + report(to="undisclosed-recipients:;")
    assert read_come_back(mail, ADDRESS) == ComeBack(TOKEN, hard=True, status="5.1.1")


def test_a_token_survives_capitals_and_tells_nothing_but_its_message_id() -> None:
    assert message_id_of(RING, TOKEN.upper()) == MESSAGE_ID
    assert len(BACK.partition("@")[0]) <= 64
    assert token_of(RING, "<somebody@else.example>") == ""


@given(st.integers(0, 35), st.sampled_from(string.ascii_lowercase + "234567"))
def test_a_token_with_one_other_letter_is_not_ours(place: int, letter: str) -> None:
    forged = TOKEN[:place] + letter + TOKEN[place + 1 :]
    assert (message_id_of(RING, forged) == MESSAGE_ID) == (forged == TOKEN) or place == 35


def test_a_token_made_with_another_key_is_not_ours() -> None:
    assert message_id_of(RING, token_of(Keyring("cd34", b"x" * 32), MESSAGE_ID)) == ""


@given(st.binary(max_size=400))
def test_whatever_arrives_is_read_without_a_word(content: bytes) -> None:
    assert all(read_come_back(mail, ADDRESS) is None for mail in mails_in(content))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_broken_report_to_a_true_address_is_read_without_a_word(head: bytes, tail: bytes) -> None:
    found = read_come_back(b"To: " + BACK.encode() + b"\r\n" + head + report()[20:] + tail, ADDRESS)
    assert found is None or found.token == TOKEN


def test_a_part_of_another_address_is_no_return_path_of_ours() -> None:
    assert tokens_in(ADDRESS, [f"x{BACK}", f"{BACK}.evil.example", BACK]) == [TOKEN]
    assert tokens_in(ADDRESS, [f"x{BACK}", f"{BACK}.evil.example"]) == []


def test_an_mbox_is_taken_apart_and_a_single_mail_is_one() -> None:
    box = b"From MAILER-DAEMON Sun Nov 22\n" + report() + b"\n>From the text\n\nFrom x Sun Nov 22\n" + report() + b"\n"
    first, second = mails_in(box)
    assert b"\nFrom the text" in first
    assert read_come_back(second, ADDRESS) is not None
    assert mails_in(report()) == [report()]
    assert mails_in(b" \n") == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("BOUNCE_ADDRESS", "bounces"), ("BOUNCE_ADDRESS", "a@b.example, c@d.example"),
     ("BOUNCE_ADDRESS", f"{'x' * 28}@b.example"),
     ("BOUNCE_MAILDIR", "/nowhere"), ("BOUNCE_MAILDIR", "maildir")],
)  # fmt: skip
def test_a_return_path_that_cannot_work_stops_the_start(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("new", "cur"):
        (tmp_path / "maildir" / folder).mkdir(parents=True)
    monkeypatch.setenv("VAKA_VAR_DIR", str(tmp_path))
    monkeypatch.setenv(f"VAKA_{name}", str(tmp_path / value) if value == "maildir" else value)
    with pytest.raises(WrongSettings) as wrong:
        load_settings()
    assert str(wrong.value).count(".") >= 1
    assert "\n" not in str(wrong.value)
