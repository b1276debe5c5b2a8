"""One mailbox, strictly read. An address with a fault is listed for correction and never guessed at (security I4)."""

import re
import unicodedata
from dataclasses import dataclass

import idna
from email_validator import EmailNotValidError, validate_email

from core.errors import N_

LONGEST_LOCAL = 64
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
NO_AT = N_("It has no @ sign.")
UNSEEN = N_("It holds a line break or a sign that cannot be seen.")
SEVERAL = N_("It must be one address and nothing else.")
BLANK_INSIDE = N_("It has a blank in the middle.")
NO_LOCAL = N_("Nothing stands before the @ sign.")
NO_DOMAIN = N_("The part after the @ sign is not a complete domain.")
WRONG_LOCAL = N_("The part before the @ sign cannot be right: look for dots and length.")
WRONG_DOMAIN = N_("The domain after the @ sign cannot be right.")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


class Unusable(Exception):
    """Not a mailbox; `reason` is a sentence that does not repeat the address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`domain` is in its ASCII form. `exact` and `loose` are what two rows are compared by."""

    local: str
    domain: str
    cleaned: bool = False

    @property
    def address(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def exact(self) -> str:
        return f"{self.local}@{self.domain}{'.' if self.cleaned else ''}"

    @property
    def loose(self) -> str:
        return f"{self.local.casefold()}@{self.domain}"

    @property
    def utf8(self) -> bool:
        return not self.local.isascii()


def spelt(address: str) -> str:
    """An address for people to read, its domain in letters of its own."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{idna.decode(domain)}" if at else address
    except (idna.IDNAError, UnicodeError):
        return address


def mailbox(text: str) -> Mailbox:
    """Read one address: blanks around it go, a domain in letters of its own becomes ASCII, nothing else is mended.

    Raises:
        Unusable: it is not one mailbox, with the reason.
    """
    text = unicodedata.normalize("NFC", text.strip(" \u00a0"))
    _refuse_what_is_not_one(text)
    local, _, domain = text.partition("@")
    if not local:
        raise Unusable(NO_LOCAL)
    found = Mailbox(local, _ascii(domain.removesuffix(".")), domain.endswith("."))
    if len(local.encode()) > LONGEST_LOCAL or local.startswith(".") or local.endswith(".") or ".." in local:
        raise Unusable(WRONG_LOCAL)
    _ask_the_library(found)
    return found


def _refuse_what_is_not_one(text: str) -> None:
    if any(unicodedata.category(sign) in HIDDEN for sign in text):
        raise Unusable(UNSEEN)
    if "@" not in text:
        raise Unusable(NO_AT)
    if text.count("@") > 1 or re.search(r"[,;<>()\"\\]", text) or text.casefold().startswith("mailto:"):
        raise Unusable(SEVERAL)
    if any(sign.isspace() for sign in text):
        raise Unusable(BLANK_INSIDE)


def _ascii(domain: str) -> str:
    try:
        plain = idna.encode(domain, uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        raise Unusable(WRONG_DOMAIN if domain else NO_DOMAIN) from None
    if "." not in plain or plain.rpartition(".")[2].isdigit():
        raise Unusable(NO_DOMAIN)
    if not all(_LABEL.fullmatch(label) for label in plain.split(".")):
        raise Unusable(WRONG_DOMAIN)
    return plain


def _ask_the_library(found: Mailbox) -> None:
    """The worker asks the same library, so that what is accepted here is not refused there. Whether the domain exists
    is for the relay to find out."""
    try:
        validate_email(f"{found.local}@example.com", check_deliverability=False)
    except EmailNotValidError:
        raise Unusable(WRONG_LOCAL) from None
