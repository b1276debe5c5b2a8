"""Handing a mail to a relay in two steps, so that a commit fits between the body and the final dot.

Before the dot nothing is accepted: a crash there has sent nothing. After the dot only the relay's answer tells
(RFC 1047). smtplib sends both in one call, so DATA is split here; everything else stays smtplib's.
"""

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass

from core.settings import WrongSettings
from notifications.handover import Accepted, Connection, Deferred, Mail, Outage, Outcome, Refused, Unanswered
from notifications.relay import Relay, Tls, parse_relay

BEFORE_THE_DOT = 60.0
AT_A_KNOCK = 10.0  # somebody waits for the page
AFTER_THE_DOT = 600.0  # RFC 5321 section 4.5.3.2.6: giving up earlier makes duplicates
TOO_BIG = 552


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


class SmtpConnection:
    """One connection, kept for many mails."""

    def __init__(self, line: smtplib.SMTP) -> None:
        self.line = line

    def hand_over(self, mail: Mail) -> Refused | Deferred | None:
        """MAIL, RCPT, DATA and the body.

        Raises:
            Outage: the line broke, or the relay refuses our sender: that is no fault of this mail.
        """
        try:
            return self._hand_over(mail)
        except (OSError, smtplib.SMTPException):
            self.drop()
            raise Outage("line_broke") from None

    def _hand_over(self, mail: Mail) -> Refused | Deferred | None:
        if mail.utf8 and not self.line.has_extn("smtputf8"):
            return Refused(None, "The relay cannot send to an address with these letters.")
        code, reply = self.line.mail(mail.sender, ["SMTPUTF8", "BODY=8BITMIME"] if mail.utf8 else [])
        if code >= 500 and code != TOO_BIG:
            self.drop()
            raise Outage("sender_refused", code)
        steps = [(code, reply)]
        if code == 250:
            steps.append(self.line.rcpt(mail.recipient))
        if steps[-1][0] in {250, 251}:
            steps.append(self.line.docmd("DATA"))
        if steps[-1][0] == 354:
            self.line.send(stuffed(mail.content))
            return None
        return self._turned_down(*steps[-1])

    def _turned_down(self, code: int, reply: bytes) -> Refused | Deferred:
        if code == 421 or code < 400:
            self.drop()
            raise Outage("line_broke", code)
        self.line.rset()
        return Refused(code, _text(reply)) if code >= 500 else Deferred(code, _text(reply))

    def finish(self) -> Outcome:
        """The dot and the answer. Everything that is not a whole answer counts as none."""
        sock = self.line.sock
        if sock is None:
            return Unanswered()
        try:
            sock.settimeout(AFTER_THE_DOT)
            sock.sendall(b".\r\n")
            code, reply = self._whole_reply()
            sock.settimeout(BEFORE_THE_DOT)
        except (OSError, ValueError):
            self.drop()
            return Unanswered()
        if code == 421:
            self.drop()
        kinds: dict[int, type[Outcome]] = {2: Accepted, 4: Deferred, 5: Refused}
        return kinds.get(code // 100, Unanswered)(code, reply)

    def _whole_reply(self) -> tuple[int, str]:
        """Read to the last line of a reply. smtplib would take `250` without its line end for an answer."""
        lines: list[bytes] = []
        while not lines or lines[-1][3:4] == b"-":
            line = self.line.file.readline(8192) if self.line.file else b""
            if not line.endswith(b"\n"):
                raise ValueError("The answer is not whole.")
            lines.append(line)
        return int(lines[-1][:3]), _text(b"\n".join(line[4:].strip() for line in lines))

    def close(self) -> None:
        if self.line.sock is None:
            return
        try:
            self.line.quit()
        except (OSError, smtplib.SMTPException):
            self.line.close()

    def drop(self) -> None:
        self.line.close()


def stuffed(content: bytes) -> bytes:
    """The body as DATA carries it: every line end CRLF, every leading dot doubled (RFC 5321 section 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    return re.sub(rb"(?m)^\.", b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n")


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


def _text(reply: bytes) -> str:
    return reply.decode("utf-8", "replace")[:500]
