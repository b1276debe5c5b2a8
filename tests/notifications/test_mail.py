"""What a mail looks like on the line: whole, in one language, to one person, with nothing smuggled in."""

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from core.moment import utc
from core.organisation import Organisation
from core.settings import Settings
from notifications.handover import Mail, Outage
from notifications.headers import one_line
from notifications.mail import Target, UnknownKind, UnusableAddress, checked, compose, one_address
from notifications.opening import Attachment, Opened, fingerprint
from notifications.outbox import Fact
from notifications.smtp_connection import stuffed

COMPANY = Organisation(name="Nordhamn Verktyg AB", phone="031-390 06 42", zone="Europe/Stockholm", mail_from="")
SETTINGS = Settings(base_url="https://vaka.nordhamn.example")
NOW = utc(2026, 11, 22, 13, 5)
HEADERS = {"from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type",
           "content-transfer-encoding"}  # fmt: skip


def letter(to: str = "asa@kund.example", subject: str = "Hej", text: str = "Hej.\n", html: str = "") -> Opened:
    facts = {"subject": subject, "text": text, "html": html}
    return Opened("a1", "<frozen@vaka.invalid>", "letter", "sv", to, facts)


def alert(kind: str = "deliveries_uncertain", language: str = "sv", **facts: str) -> Opened:
    facts = {"reference": "PUI-2026-7K3Q"} | facts
    return Opened("a1", "<frozen@vaka.invalid>", kind, language, "anna@nordhamn.example", facts)


def made(opened: Opened, settings: Settings = SETTINGS) -> tuple[Mail, EmailMessage]:
    mail = compose(opened, COMPANY, settings, NOW)
    return mail, message_from_bytes(mail.content, policy=policy.default)


def test_a_letter_has_a_plain_and_an_html_part_exactly_as_approved() -> None:
    mail, message = made(letter(text="Hej Åsa Öberg.\nRad två.\n", html="<p>Hej Åsa Öberg.</p>\n"))
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == "Hej Åsa Öberg.\nRad två.\n"
    assert html.get_content().replace("\r\n", "\n") == "<p>Hej Åsa Öberg.</p>\n"
    assert message["Message-ID"] == "<frozen@vaka.invalid>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "Nordhamn Verktyg AB <vaka@vaka.nordhamn.example>"
    assert mail.sender == "vaka@vaka.nordhamn.example"
    assert mail.content.isascii()


def test_text_of_users_is_never_a_template() -> None:
    _, message = made(letter(subject="{{ 7 * 7 }}", text="{% for x in (1, 2) %}{{ x }}{% endfor %}"))
    assert message["Subject"] == "{{ 7 * 7 }}"
    assert "{% for x in (1, 2) %}" in message.get_content()


ATTACKS = [
    "\r\nBcc: x@ond.example",
    "\nX-A: b",
    "\r\n\r\n.\r\nMAIL FROM:<x@ond.example>",
    "\u2028Bcc: x@ond.example",
    "\x0bBcc: x@ond.example",
]
SOME_TEXT = st.text(st.characters(codec="utf-8"), max_size=80)


@given(SOME_TEXT, SOME_TEXT, st.sampled_from(ATTACKS))
def test_no_text_becomes_a_header_or_a_second_message(subject: str, text: str, attack: str) -> None:
    mail, message = made(letter(subject=subject + attack + subject, text=text + attack + text))
    assert {name.lower() for name in message.keys()} == HEADERS  # noqa: SIM118 - a message is no mapping
    assert message["Subject"].strip() == one_line(subject + attack + subject).strip()
    assert b"\r\n.\r\n" not in stuffed(mail.content)
    assert b"\n" not in stuffed(mail.content).replace(b"\r\n", b"")


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_nothing_but_one_address_is_ever_a_recipient(text: str) -> None:
    two, broken = f"a@b.example,{text}@c.example", f"a@b.example\r\nRCPT TO:<{text}>"
    for attack in (two, broken, f"a@b.example> {text}", f"{text} <a@b.example>"):
        with pytest.raises(UnusableAddress):
            one_address(attack)
    try:
        address = one_address(text)
    except UnusableAddress:
        return
    assume(not address.utf8)
    assert made(letter(to=text))[0].recipient == f"{address.local}@{address.domain}"


LOCALS = st.text("abzA0_+-.'", min_size=1, max_size=70)
DOMAINS = st.one_of(
    st.text("abzA0-.", min_size=1, max_size=12).map(lambda name: f"{name}.example"),
    st.sampled_from(
        ["kund.example", "x.local", "localhost", "xn--", "a.b", "kund.example.", "1.2.3.4", "-.se", "x" * 250]
    ),
)


@given(LOCALS, DOMAINS)
@example("info", "kund.example")
@example("INFO", "kund.example")
@example("a" * 65, "kund.example")
@example("a" * 64, f"{'b.' * 92}example")
def test_the_short_way_to_an_address_leads_where_the_whole_way_does(local: str, domain: str) -> None:
    def found(way: Callable[[str], Target]) -> Target | None:
        try:
            return way(f"{local}@{domain}")
        except UnusableAddress:
            return None

    assert found(one_address) == found(checked)


def test_an_address_with_letters_of_its_own_asks_for_smtputf8_and_a_domain_becomes_ascii() -> None:
    assert made(letter(to="asa@räksmörgås.example"))[0].recipient == "asa@xn--rksmrgs-5wao1o.example"
    mail, _ = made(letter(to="åsa@kund.example"))
    assert mail.utf8
    assert "To: åsa@kund.example\r\n".encode() in mail.content


def test_the_sender_is_the_setting_then_the_companys_own() -> None:
    chosen = SETTINGS.model_copy(update={"mail_from": "Dataskydd Åre <puo@nordhamn.example>"})
    mail, message = made(letter(), chosen)
    assert mail.sender == "puo@nordhamn.example"
    assert message["From"] == "Dataskydd Åre <puo@nordhamn.example>"


def test_a_wrong_sender_is_the_installations_fault_and_no_mails() -> None:
    with pytest.raises(Outage, match="wrong_sender"):
        made(letter(), SETTINGS.model_copy(update={"mail_from": "not an address"}))
    assert made(letter(), Settings(base_url="http://127.0.0.1:8000"))[0].sender == "vaka@localhost"


def test_an_internal_mail_ends_with_its_link_and_who_sent_it() -> None:
    _, message = made(alert(path="/outbox"))
    lines = message.get_content().splitlines()
    assert "https://vaka.nordhamn.example/outbox" in lines
    assert lines[-2:] == ["Nordhamn Verktyg AB, genom Vaka", "Telefon 031-390 06 42"]


def test_a_missing_language_falls_back_to_english() -> None:
    _, message = made(alert(language="nb", path="/outbox"))
    assert message["Subject"] == made(alert(language="en", path="/outbox"))[1]["Subject"]


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(UnknownKind):
        made(alert(kind="no_such_kind"))


def test_the_fingerprint_changes_with_a_single_letter() -> None:
    approved = {"subject": "Hej", "text": "Hej Åsa", "html": ""}
    assert fingerprint(approved) == fingerprint({**approved, "name": "not part of the text"})
    assert fingerprint(approved) != fingerprint(approved | {"text": "Hej Asa"})


def test_what_is_sent_shows_nothing_in_a_log_line() -> None:
    mail, _ = made(letter(to="asa.oberg@kund.example", text="Hemligt"))
    assert "asa" not in repr(mail) + repr(letter(to="asa.oberg@kund.example"))


def test_attachments_go_along_byte_for_byte_and_an_answer_goes_to_a_person() -> None:
    facts = {"subject": "Anmälan", "text": "Hej.\n", "reply_to": "anna@nordhamn.example"}
    content = b"%PDF-1.7\r\n.\r\n\x00\xff"
    files = (
        Attachment("a.pdf", "application/pdf", content),
        Attachment("a.json", "application/json", b'{"a": "\xc3\xa5"}\n'),
    )
    mail, message = made(Opened("a1", "<frozen@vaka.invalid>", "letter", "sv", "myndighet@kund.example", facts, files))
    assert message.get_content_type() == "multipart/mixed"
    assert message["Reply-To"] == "anna@nordhamn.example"
    assert [part.get_filename() for part in message.iter_attachments()] == ["a.pdf", "a.json"]
    assert [part.get_payload(decode=True) for part in message.iter_attachments()] == [one.content for one in files]
    assert mail.content.isascii()
    assert b"a.pdf" not in repr(files).encode()


def test_an_answer_goes_to_one_address_or_nothing_is_sent() -> None:
    facts = {"subject": "Anmälan", "text": "Hej.\n", "reply_to": "a@b.example\r\nBcc: x@ond.example"}
    with pytest.raises(UnusableAddress):
        made(Opened("a1", "<frozen@vaka.invalid>", "letter", "sv", "myndighet@kund.example", facts))


def test_the_fingerprint_names_what_is_attached() -> None:
    approved: dict[str, Fact] = {"subject": "Anmälan", "text": "Hej", "attachments": ["a", "b"]}
    assert fingerprint(approved) != fingerprint(approved | {"attachments": ["a", "c"]})
