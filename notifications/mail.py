"""From a kind and its facts to a MIME message: block pairs in `templates/email/<language>/*.jinja`.

A kind is a pair of blocks, `<kind>_subject` and `<kind>_body`; the wrapper adds the link and who sent it. Letters to
people come with their final text in the facts ("subject", "text", "html"): nothing is rendered on text of users.
"""

import re
import unicodedata
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formataddr, parseaddr
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from jinja2 import Environment

from core.organisation import Organisation
from core.settings import Settings
from core.templating import template_environment
from notifications.handover import Mail, Outage
from notifications.opening import Opened
from notifications.return_path import return_path

FALLBACK = "en"
WRAPPER = "wrapper.jinja"
LONGEST_LINE = 76  # RFC 2045 section 6.7; the library takes 78 for its own limit on quoted-printable too
CLEAR = SMTP.clone(cte_type="7bit", max_line_length=LONGEST_LINE)
CLEAR_UTF8 = SMTPUTF8.clone(cte_type="7bit", max_line_length=LONGEST_LINE)


OWN_NETWORK = re.compile(r"[\w.+-]{1,64}@(?:[a-z0-9-]+\.)*(?:localhost|local|internal|lan)", re.ASCII | re.IGNORECASE)


class Target(NamedTuple):
    """An address in the two parts the line needs, and whether its letters need SMTPUTF8."""

    local: str
    domain: str
    utf8: bool = False


class UnknownKind(Exception):
    """No template file has the blocks of this kind, in no language."""


class UnusableAddress(Exception):
    """Not exactly one address of a person. The text never repeats it."""


def compose(opened: Opened, company: Organisation, settings: Settings, now: datetime) -> Mail:
    """The mail as it goes over the line.

    Raises:
        UnknownKind: see there.
        UnusableAddress: the recipient is not one address.
        Outage: the sender's address cannot be used.
    """
    sender, to = sender_of(company, settings), one_address(opened.to)
    message = EmailMessage(policy=CLEAR_UTF8 if to.utf8 else CLEAR)
    subject, text = _letter(opened) if opened.is_letter else written(opened, company, settings)
    message["To"] = Address("", to.local, to.domain)
    message["Date"] = now
    message["Message-ID"] = opened.message_id
    message["Auto-Submitted"] = "auto-generated"
    if reply_to := opened.facts.get("reply_to"):
        message["Reply-To"] = _reply_to(str(reply_to))
    message.set_content(text, cte="quoted-printable")
    if opened.is_letter and opened.facts.get("html"):
        message.add_alternative(str(opened.facts["html"]), subtype="html", cte="quoted-printable")
    for file in opened.attachments:
        maintype, _, subtype = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=one_line(file.name))
    verp = settings.bounce_address and opened.token
    back = return_path(settings.bounce_address, opened.token) if verp else sender.addr_spec
    return Mail(opened.id, back, f"{to.local}@{to.domain}", _head(sender, subject) + message.as_bytes(), to.utf8)


def written(opened: Opened, company: Organisation, settings: Settings) -> tuple[str, str]:
    """Subject and body of an internal mail, from its template; English when a language lacks the kind.

    Raises:
        UnknownKind: English lacks it too.
    """
    pair = f"{opened.kind}_subject", f"{opened.kind}_body"
    language = opened.language if blocks(opened.language).keys() >= set(pair) else FALLBACK
    if missing := set(pair) - blocks(language).keys():
        raise UnknownKind(", ".join(sorted(missing)))
    path = opened.facts.get("path")
    known: dict[str, object] = {
        "company": company,
        "link": f"{settings.base_url}{path}" if path else "",
        **opened.facts,
    }
    env = _environment(language, company.zone)
    subject, body = (_block(env, blocks(language)[name], name, known) for name in pair)
    wrapper = env.get_template(f"email/{language}/{WRAPPER}")
    return subject, wrapper.render(known | {"body": body.strip()}).strip() + "\n"


def _block(env: Environment, file: str, name: str, known: dict[str, object]) -> str:
    template = env.get_template(file)
    return "".join(template.blocks[name](template.new_context(known)))


@cache
def blocks(language: str) -> dict[str, str]:
    """Which file holds which block; every file of a language is read once."""
    env = _environment(language, "UTC")
    names = [name for name in env.list_templates() if name.startswith(f"email/{language}/")]
    return {block: name for name in sorted(names) for block in env.get_template(name).blocks}


@cache
def _environment(language: str, zone: str) -> Environment:
    """The page environment without HTML escaping: these templates make plain text."""
    return template_environment(language, zone).overlay(autoescape=False)


def sender_of(company: Organisation, settings: Settings) -> Address:
    """Who mails: VAKA_MAIL_FROM, else the address from the settings page, else vaka@ our own host.

    Raises:
        Outage: the address cannot be used; that is no fault of any mail.
    """
    host = urlsplit(settings.base_url).hostname or ""
    ours = "localhost" if ":" in host or host.replace(".", "").isdigit() else host
    name, address = parseaddr(settings.mail_from or company.mail_from or f"vaka@{ours}")
    try:
        checked = one_address(address)
    except UnusableAddress:
        raise Outage("wrong_sender") from None
    return Address(one_line(name or company.name), checked.local, checked.domain)


def _reply_to(text: str) -> Address:
    """Where an answer goes.

    Raises:
        UnusableAddress: not one address.
    """
    to = one_address(text)
    return Address("", to.local, to.domain)


def one_address(text: str) -> Target:
    """Exactly one address, its domain in ASCII; nothing is looked up. A company's own network may have its own names.

    Raises:
        UnusableAddress: anything else, such as two addresses or a line break.
    """
    if OWN_NETWORK.fullmatch(text):
        local, _, domain = text.partition("@")
        return Target(local, domain)
    try:
        checked = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise UnusableAddress from None
    return Target(checked.local_part, str(checked.ascii_domain), checked.smtputf8)


def _head(sender: Address, subject: str) -> bytes:
    """From and Subject, written without EmailMessage: its folding loses spaces between encoded words (Python 3.11)."""
    name = sender.display_name
    shown = formataddr((name, sender.addr_spec)) if name.isascii() else f"{_encoded('From', name)} <{sender.addr_spec}>"
    plain = subject.isascii() and "=?" not in subject
    return f"From: {shown}\r\nSubject: {_encoded('Subject', subject, plain)}\r\n".encode("ascii")


def _encoded(header: str, text: str, plain: bool = False) -> str:
    return Header(one_line(text), None if plain else "utf-8", header_name=header).encode(linesep="\r\n")


def one_line(text: str) -> str:
    """A header's value: no line breaks, no control characters, nothing that could start another header."""
    return "".join(sign for sign in " ".join(text.split()) if unicodedata.category(sign) not in {"Cc", "Cs"})


def _letter(opened: Opened) -> tuple[str, str]:
    return str(opened.facts["subject"]), str(opened.facts["text"])
