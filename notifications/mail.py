"""From a kind and its facts to a MIME message: block pairs in `templates/email/<language>/*.jinja`.

A kind is a pair of blocks, `<kind>_subject` and `<kind>_body`; the wrapper adds the link and who sent it. Letters to
people come with their final text in the facts ("subject", "text", "html"): nothing is rendered on text of users.
"""

import re
from datetime import datetime
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from jinja2 import Environment

from core.organisation import Organisation
from core.settings import Settings
from core.templating import template_environment
from notifications.handover import Mail, Outage
from notifications.headers import named, one_line, subject_line
from notifications.mime import body
from notifications.opening import Opened
from notifications.return_path import return_path

FALLBACK = "en"
WRAPPER = "wrapper.jinja"
OWN_NETWORK = re.compile(r"[\w.+-]{1,64}@(?:[a-z0-9-]+\.)*(?:localhost|local|internal|lan)", re.ASCII | re.IGNORECASE)
PLAIN = re.compile(r"(?=.{1,64}@)([a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)@([a-z0-9.-]+)")  # nothing to fold or to convert
LONGEST = 254


class Target(NamedTuple):
    """An address in the two parts the line needs, and whether its letters need SMTPUTF8."""

    local: str
    domain: str
    utf8: bool = False


class Sender(NamedTuple):
    """Who mails, as the reader sees it and as the relay does."""

    shown: str
    spec: str


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
    answer = one_address(str(opened.facts["reply_to"])) if opened.facts.get("reply_to") else None
    subject, text = _letter(opened) if opened.is_letter else written(opened, company, settings)
    html = str(opened.facts.get("html") or "") if opened.is_letter else ""
    head = [
        f"From: {sender.shown}",
        f"Subject: {subject_line(subject)}",
        f"To: {_spec(to)}",
        f"Date: {format_datetime(now)}",
        f"Message-ID: {one_line(opened.message_id)}",
        "Auto-Submitted: auto-generated",
        *([f"Reply-To: {_spec(answer)}"] if answer else []),
        "MIME-Version: 1.0\r\n",
    ]
    verp = settings.bounce_address and opened.token
    back = return_path(settings.bounce_address, opened.token) if verp else sender.spec
    content = "\r\n".join(head).encode() + body(text, html, opened.attachments)
    return Mail(opened.id, back, f"{to.local}@{to.domain}", content, to.utf8 or bool(answer and answer.utf8))


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
        "site": settings.base_url,
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


def sender_of(company: Organisation, settings: Settings) -> Sender:
    """Who mails: VAKA_MAIL_FROM, else the address from the settings page, else vaka@ our own host.

    Raises:
        Outage: the address cannot be used; that is no fault of any mail.
    """
    host = urlsplit(settings.base_url).hostname or ""
    ours = "localhost" if ":" in host or host.replace(".", "").isdigit() else host
    return _sender(settings.mail_from or company.mail_from or f"vaka@{ours}", company.name)


@lru_cache(maxsize=8)
def _sender(text: str, company: str) -> Sender:
    name, bare = parseaddr(text)
    try:
        ours = one_address(bare)
    except UnusableAddress:
        raise Outage("wrong_sender") from None
    if ours.utf8:
        raise Outage("wrong_sender")
    address = _spec(ours)
    return Sender(named(one_line(name or company), address), address)


def one_address(text: str) -> Target:
    """Exactly one address, its domain in ASCII; nothing is looked up. A company's own network may have its own names.

    Raises:
        UnusableAddress: anything else, such as two addresses or a line break.
    """
    plain = PLAIN.fullmatch(text)
    return Target(plain[1], _domain(plain[2])) if plain and len(text) <= LONGEST else checked(text)


@lru_cache(maxsize=1024)
def _domain(name: str) -> str:
    """Most of a list are at a few of the same providers."""
    return checked(f"a@{name}").domain


def checked(text: str) -> Target:
    """The whole way, for any address.

    Raises:
        UnusableAddress: as `one_address`.
    """
    if OWN_NETWORK.fullmatch(text):
        local, _, domain = text.partition("@")
        return Target(local, domain)
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise UnusableAddress from None
    return Target(found.local_part, str(found.ascii_domain), found.smtputf8)


def _spec(address: Target) -> str:
    return Address("", address.local, address.domain).addr_spec


def _letter(opened: Opened) -> tuple[str, str]:
    return str(opened.facts["subject"]), str(opened.facts["text"])
