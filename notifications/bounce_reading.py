"""What a mail that came back says: which of ours it was, and whether that is for good (RFC 3464, and without it)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from notifications.return_path import tokens_in

MOST_BYTES = 2**20
WHERE = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
DAEMONS = re.compile(r"\b(?:mailer-daemon|mail-daemon|postmaster)@", re.IGNORECASE)
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
SEPARATOR = re.compile(rb"(?m)^From .*\r?\n")
QUOTED_FROM = re.compile(rb"(?m)^>(>*From )")
MOST_TEXT = 20_000
UNKNOWN = ""


@dataclass(frozen=True)
class ComeBack:
    """`hard`: it will not be tried again. `status` is the enhanced code, such as 5.1.1, when one was told."""

    token: str
    hard: bool
    status: str = UNKNOWN


def mails_in(content: bytes) -> list[bytes]:
    """One mail, or the mails of an mbox file."""
    if not SEPARATOR.match(content):
        return [content] if content.strip() else []
    return [QUOTED_FROM.sub(rb"\1", mail) for mail in SEPARATOR.split(content)[1:] if mail.strip()]


def read_come_back(content: bytes, address: str) -> ComeBack | None:
    """What it says about the one mail that its own address names; None when it is no report of a failed delivery.

    An answer by a person or an absence notice comes to the same address and says nothing about the delivery.
    """
    mail = message_from_bytes(content[:MOST_BYTES], policy=policy.compat32)
    token = next(iter(tokens_in(address, _headers(mail))), "")
    if not token:
        return None
    reports = list(_reports(mail))
    if reports:
        return _by_report(token, reports)
    return _by_words(token, mail) if _from_a_mail_server(mail) else None


def _headers(mail: Message) -> Iterator[str]:
    for name in WHERE:
        for value in mail.get_all(name, []):
            yield re.sub(r"\r?\n[ \t]", "", str(value))


def _reports(mail: Message) -> Iterator[Message]:
    """The groups of fields about a recipient. The first group, about the mail as a whole, has no Action."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            groups = part.get_payload()
            yield from (one for one in groups if isinstance(one, Message) and (one["Action"] or one["Status"]))


def _by_report(token: str, reports: list[Message]) -> ComeBack | None:
    """`failed` is for good whatever its code: 4.4.7 says that the relay has given up. One word for good is enough."""
    found = [one for group in reports if (one := _one(token, group)) is not None]
    return next((one for one in found if one.hard), found[0] if found else None)


def _one(token: str, group: Message) -> ComeBack | None:
    action = str(group["Action"] or "").strip().casefold()
    code = STATUS.search(str(group["Status"] or ""))
    failed = action == "failed" or (not action and code is not None and code[1] == "5")
    delayed = action == "delayed" or (not action and code is not None and code[1] == "4")
    return ComeBack(token, failed, code[0] if code else UNKNOWN) if failed or delayed else None


def _from_a_mail_server(mail: Message) -> bool:
    report = mail.get_content_type() == "multipart/report" or mail["X-Failed-Recipients"] is not None
    return report or DAEMONS.search(str(mail["From"] or "")) is not None


def _by_words(token: str, mail: Message) -> ComeBack | None:
    """Older mail servers write a text. Without any code it came back, and nothing says that it will be tried again."""
    codes = list(STATUS.finditer(_text(mail)))
    code = next((one for one in codes if one[1] == "5"), codes[0] if codes else None)
    if code is None:
        return ComeBack(token, hard=True)
    return ComeBack(token, code[1] == "5", code[0]) if code[1] != "2" else None


def _text(mail: Message) -> str:
    """The words of the report itself: what it quotes of our mail comes after them, or in a part of its own."""
    part = next((one for one in mail.walk() if one.get_content_type() == "text/plain"), None)
    payload = part.get_payload(decode=True) if part is not None else None
    return payload.decode("utf-8", "replace")[:MOST_TEXT] if isinstance(payload, bytes) else ""
