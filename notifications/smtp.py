"""The way to a relay: connect, encrypt and sign in, or tell why that cannot be done."""

import smtplib
import socket
import ssl
from dataclasses import dataclass

from core.settings import WrongSettings
from notifications.handover import Connection, Outage
from notifications.relay import Relay, Tls, parse_relay
from notifications.smtp_connection import BEFORE_THE_DOT, SmtpConnection

AT_A_KNOCK = 10.0  # somebody waits for the page


@dataclass(frozen=True)
class SmtpTransport:
    """Opens connections to a relay, greeting it as `greeting`."""

    relay: Relay
    greeting: str = "localhost"
    patience: float = BEFORE_THE_DOT

    def open(self) -> Connection:
        """Connect, encrypt and sign in.

        Raises:
            Outage: the relay cannot be reached or used.
        """
        return SmtpConnection(_connect(self))


def knock(url: str) -> str:
    """Try a relay address; an empty text when it answers, else the code of what is wrong."""
    try:
        SmtpTransport(parse_relay(url), patience=AT_A_KNOCK).open().close()
    except WrongSettings:
        return "wrong_address"
    except Outage as trouble:
        return trouble.reason
    return ""


def _connect(way: SmtpTransport) -> smtplib.SMTP:
    try:
        line = _line(way)
        try:
            _greet(line, way.relay)
        except BaseException:
            line.close()
            raise
    except smtplib.SMTPAuthenticationError as wrong:
        raise Outage("login_refused", wrong.smtp_code) from None
    except ssl.SSLError:
        raise Outage("no_tls") from None
    except smtplib.SMTPResponseException as wrong:
        raise Outage("refused", wrong.smtp_code) from None
    except (OSError, smtplib.SMTPException):
        raise Outage("unreachable") from None
    return line


def _greet(line: smtplib.SMTP, relay: Relay) -> None:
    if line.sock is not None:
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or the dot waits 40 ms for an ACK
    line.ehlo_or_helo_if_needed()
    _encrypt(line, relay)
    if relay.user:
        line.login(relay.user, relay.password)


def _line(way: SmtpTransport) -> smtplib.SMTP:
    host, port = way.relay.host, way.relay.port
    if way.relay.wrapped:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, way.greeting, timeout=way.patience, context=context)
    return smtplib.SMTP(host, port, way.greeting, timeout=way.patience)


def _encrypt(line: smtplib.SMTP, relay: Relay) -> None:
    """STARTTLS. A relay that no longer offers it when it is required gets nothing, not even the password."""
    if relay.wrapped or relay.tls is Tls.NONE:
        return
    if line.has_extn("starttls"):
        context = ssl.create_default_context()
        if relay.tls is Tls.OPTIONAL:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        line.starttls(context=context)
        line.ehlo()
    elif relay.tls is Tls.REQUIRED:
        raise Outage("no_tls")
