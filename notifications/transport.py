"""Which way mails leave: the relay, files while none is set, or nothing at all."""

from pathlib import Path
from urllib.parse import urlsplit

from core.settings import Environment, Settings, WrongSettings
from notifications.file_drop import FOLDER, FileDrop
from notifications.handover import Outage, Transport
from notifications.relay import parse_relay
from notifications.smtp import SmtpTransport


def transport_for(url: str, settings: Settings) -> Transport:
    """The transport for a relay address.

    Raises:
        Outage: the address is wrong, or none is set in production, where a file would be a mail that nobody gets.
    """
    if not url and settings.environment is Environment.PRODUCTION:
        raise Outage("no_relay")
    if not url:
        return FileDrop(mail_folder(settings))
    try:
        return SmtpTransport(parse_relay(url), urlsplit(settings.base_url).hostname or "localhost")
    except WrongSettings:
        raise Outage("wrong_address") from None


def mail_folder(settings: Settings) -> Path:
    return settings.var_dir / FOLDER


def writes_files(url: str, settings: Settings) -> bool:
    """Whether mails become files here: development, with the page that shows them."""
    return not url and settings.environment is not Environment.PRODUCTION
