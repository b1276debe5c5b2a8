"""Handing a mail to a relay in two steps, so that a commit fits between the body and the final dot.

Before the dot nothing is accepted: a crash there has sent nothing. After the dot only the relay's answer tells
(RFC 1047). smtplib sends both in one call, so a mail is handed over here; the greeting stays smtplib's.

A relay that takes commands in groups (RFC 2920) gets MAIL, RCPT and DATA in one write, but no body before its 354.
"""

import smtplib
from collections.abc import Callable

from notifications.handover import Accepted, Deferred, Mail, Outage, Outcome, Refused, Unanswered, nothing
from notifications.mime import crlf

BEFORE_THE_DOT = 60.0
AFTER_THE_DOT = 600.0  # RFC 5321 section 4.5.3.2.6: giving up earlier makes duplicates
DOT = b".\r\n"
YES = ({250}, {250, 251}, {354})  # to MAIL, RCPT and DATA
TOO_BIG = 552


class SmtpConnection:
    """One connection, kept for many mails."""

    def __init__(self, line: smtplib.SMTP) -> None:
        self.line = line
        self.grouped = line.has_extn("pipelining")
        self._settle_down()

    def _settle_down(self) -> None:
        """Between two mails: nothing is held back, announced or begun."""
        self._held = b""
        self._announced: Mail | None = None
        self._in_data = False

    def hand_over(self, mail: Mail, *, hold: bool = False) -> Refused | Deferred | None:
        """MAIL, RCPT, DATA and the body, which is held back for its dot when `hold` is true.

        Raises:
            Outage: the line broke, or the relay refuses our sender: that is no fault of this mail.
        """
        try:
            return self._hand_over(mail, hold)
        except (OSError, ValueError, smtplib.SMTPException):
            self.drop()
            raise Outage("line_broke") from None

    def _hand_over(self, mail: Mail, hold: bool) -> Refused | Deferred | None:
        if not self._takes(mail):
            return Refused(None, "The relay cannot send to an address with these letters.")
        turned_down = self._envelope(mail)
        if turned_down is None:
            self._held = stuffed(mail.content)
            if not hold:
                self._send(self._held)
                self._held = b""
        return turned_down

    def _takes(self, mail: Mail) -> bool:
        return not mail.utf8 or self.line.has_extn("smtputf8")

    def _envelope(self, mail: Mail) -> Refused | Deferred | None:
        commands = envelope(mail)
        if self._announced not in (None, mail):
            raise ValueError("Another mail was announced.")
        if self.grouped and self._announced is None:
            self._send(b"".join(commands))
        self._announced = None
        for number, command in enumerate(commands):
            if not self.grouped:
                self._send(command)
            code, reply = self._whole_reply()
            if code not in YES[number]:
                return self._turned_down(number, code, reply)
        self._in_data = True
        return None

    def _turned_down(self, step: int, code: int, reply: str) -> Refused | Deferred:
        if code == 421 or code < 400:
            self.drop()
            raise Outage("line_broke", code)
        if step == 0 and code >= 500 and code != TOO_BIG:
            self.drop()
            raise Outage("sender_refused", code)
        following = [self._whole_reply()[0] for _ in range(step + 1, len(YES)) if self.grouped]
        if 354 in following:  # it waits for the text of a mail that is for nobody
            self.drop()
        else:
            self.line.rset()
        return Refused(code, reply) if code >= 500 else Deferred(code, reply)

    def finish(self, following: Mail | None = None, meanwhile: Callable[[], object] = nothing) -> Outcome:
        """The dot and the answer. Everything that is not a whole answer counts as none.

        The envelope of the mail that is handed over next may go along: it waits at its 354 for a body and a dot of its
        own.
        """
        sock = self.line.sock
        if sock is None:
            return Unanswered()
        text = self._held + DOT
        self._settle_down()
        try:
            sock.settimeout(AFTER_THE_DOT)
            sock.sendall(text + self._announcement(following))
            meanwhile()
            code, reply = self._whole_reply()
            sock.settimeout(BEFORE_THE_DOT)
        except (OSError, ValueError):
            self.drop()
            return Unanswered()
        if code == 421:
            self.drop()
        kinds: dict[int, type[Outcome]] = {2: Accepted, 4: Deferred, 5: Refused}
        return kinds.get(code // 100, Unanswered)(code, reply)

    def _announcement(self, mail: Mail | None) -> bytes:
        if mail is None or not self.grouped or not self._takes(mail):
            return b""
        self._announced = mail
        return b"".join(envelope(mail))

    def _send(self, data: bytes) -> None:
        if self.line.sock is None:
            raise OSError("The line is closed.")
        self.line.sock.sendall(data)

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
        """Say goodbye. Within a mail the line is cut instead, or the goodbye would become a part of it."""
        if self.line.sock is None:
            return
        try:
            if self._in_data or self._announced:
                self.line.close()
            else:
                self.line.quit()
        except (OSError, smtplib.SMTPException):
            self.line.close()

    def drop(self) -> None:
        self.line.close()
        self._settle_down()


def envelope(mail: Mail) -> tuple[bytes, bytes, bytes]:
    """MAIL, RCPT and DATA.

    Raises:
        ValueError: an address that is none, for which `compose` should never have made a mail.
    """
    if not f"{mail.sender}{mail.recipient}".isprintable():
        raise ValueError("An address would end its line.")
    letters, asked = ("utf-8", " SMTPUTF8 BODY=8BITMIME") if mail.utf8 else ("ascii", "")
    sender, recipient = f"MAIL FROM:<{mail.sender}>{asked}\r\n", f"RCPT TO:<{mail.recipient}>\r\n"
    return sender.encode(letters), recipient.encode(letters), b"DATA\r\n"


def stuffed(content: bytes) -> bytes:
    """The body as DATA carries it: every line end CRLF, every leading dot doubled (RFC 5321 section 4.5.2)."""
    ends = content.count(b"\r\n")
    clean = content.endswith(b"\r\n") and ends == content.count(b"\n") == content.count(b"\r")
    lines = b"\r\n" + (content if clean else crlf(content))
    return lines.replace(b"\r\n.", b"\r\n..")[2:]


def _text(reply: bytes) -> str:
    return reply.decode("utf-8", "replace")[:500]
