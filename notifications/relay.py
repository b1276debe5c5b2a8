"""The company's mail relay: its address read from VAKA_SMTP_URL or from the settings page."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

from sqlalchemy.orm import Session

from core.keys import INSTANCE, seal, unseal
from core.organisation import Organisation, organisation
from core.settings import Settings, WrongSettings

PLACE = "organisation.smtp_url:1"
PORTS = {"smtp": 25, "smtps": 465}
LOOPBACK = re.compile(r"localhost|127(\.\d+){3}|::1")


class Tls(StrEnum):
    """`required` sends nothing in clear, not even when the relay hides that it can encrypt."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


@dataclass(frozen=True)
class Relay:
    """Where mail is handed over. The password is never shown by `repr`, so it never reaches a log."""

    host: str
    port: int
    tls: Tls
    wrapped: bool = False
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Relay({self.host}:{self.port})"

    @property
    def loopback(self) -> bool:
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    return bool(LOOPBACK.fullmatch(host))


def parse_relay(url: str) -> Relay:
    """Read `smtp://user:pass@host:587?tls=required|optional|none`, or `smtps://...` for TLS from the first byte.

    TLS is required unless the address says otherwise; a relay on this machine may do without.

    Raises:
        WrongSettings: the address cannot be used; the message never repeats it, for it holds a password.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        asked = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
        tls = Tls(asked.pop("tls", ["optional" if is_loopback(host) else "required"])[0])
    except (ValueError, KeyError):
        host, asked = "", {}
    if not host or asked or parts.path.strip("/"):
        raise WrongSettings(
            "VAKA_SMTP_URL: write smtp://user:password@host:587?tls=required (or optional, none), or smtps://."
        )
    return Relay(host, port, tls, parts.scheme == "smtps", unquote(parts.username or ""), unquote(parts.password or ""))


def relay_url(session: Session, settings: Settings) -> str:
    """The relay's address: the setting, else what the settings page stored, else nothing."""
    company = organisation(session)
    return settings.smtp_url.get_secret_value() or unseal(session, INSTANCE, PLACE, company.smtp_url_sealed)


def require_relay(settings: Settings) -> None:
    """Stop a start with a relay address that cannot be used.

    Raises:
        WrongSettings: see `parse_relay`.
    """
    if url := settings.smtp_url.get_secret_value():
        parse_relay(url)


def relay_host(url: str) -> str:
    """The machine mails are handed to; nothing when they become files."""
    return parse_relay(url).host if url else ""


def store_relay(session: Session, company: Organisation, url: str) -> None:
    """Keep the relay's address sealed, as it holds a password.

    Raises:
        WrongSettings: the address cannot be used.
    """
    if url:
        parse_relay(url)
    company.smtp_url_sealed = seal(session, INSTANCE, PLACE, url) if url else ""
