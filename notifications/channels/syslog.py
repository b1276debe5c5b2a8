"""Syslog (RFC 5424), over UDP or a Unix socket: the company's own monitoring raises the alarm."""

import errno
import os
import re
import socket
from dataclasses import dataclass
from datetime import UTC, datetime

from core.settings import WrongSettings
from notifications.channels.calling import Unreached
from notifications.channels.notice import Notice

ALERT = 3 * 8 + 1  # facility daemon, severity "action must be taken immediately"
PORT = 514
PATIENCE = 5.0
PLACE = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[\w.-]+))(?::(?P<port>\d{1,5}))?", re.ASCII)


@dataclass(frozen=True)
class Syslog:
    """Writes each alarm to a collector. Over UDP nobody answers: handed over is all that can be known."""

    host: str
    port: int = 0
    name: str = "syslog"

    @property
    def place(self) -> str:
        return self.host

    def knock(self) -> None:
        """Over UDP only the name can be looked up."""
        self._send(b"")

    def deliver(self, notice: Notice, now: datetime) -> None:
        """Send one line.

        Raises:
            Unreached: the name is unknown, or nobody listens at the socket.
        """
        self._send(written(notice, now))

    def _send(self, line: bytes) -> None:
        try:
            if self.host.startswith("/"):
                _to_socket(self.host, line)
            else:
                _by_udp(self.host, self.port, line)
        except (socket.gaierror, UnicodeError):
            raise Unreached("unknown_host") from None
        except OSError:
            raise Unreached("unreachable") from None


def written(notice: Notice, now: datetime) -> bytes:
    """The line: a header, no structured data (that needs an enterprise number), the facts as JSON after a BOM."""
    stamp = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    kind = re.sub(r"[^!-~]", "_", notice.event)[:32] or "-"
    head = f"<{ALERT}>1 {stamp} {_machine()} vaka {os.getpid()} {kind} - "
    return head.encode("ascii") + b"\xef\xbb\xbf" + notice.as_json()


def _machine() -> str:
    return re.sub(r"[^!-~]", "-", socket.gethostname())[:255] or "-"


def _to_socket(path: str, line: bytes) -> None:
    """Most collectors take datagrams at /dev/log; some only a stream, where a line end parts the messages."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.settimeout(PATIENCE)
            out.connect(path)
            if line:
                out.send(line)
    except OSError as trouble:
        if trouble.errno != errno.EPROTOTYPE:
            raise
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as out:
            out.settimeout(PATIENCE)
            out.connect(path)
            out.sendall(line + b"\n" if line else b"")


def _by_udp(host: str, port: int, line: bytes) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, protocol) as out:
        out.settimeout(PATIENCE)
        out.connect(address)
        if line:
            out.send(line)


def parse_syslog(text: str) -> Syslog:
    """Read `host:port`, `[v6]:port`, `host` (port 514) or the path of a socket.

    Raises:
        WrongSettings: it is none of these.
    """
    if text.startswith("/") and text.isprintable():
        return Syslog(text)
    found = PLACE.fullmatch(text)
    port = int(found["port"] or PORT) if found else 0
    if not found or not 0 < port < 65536:
        raise WrongSettings("VAKA_ALERT_SYSLOG: write host:port, or the path of a socket such as /dev/log.")
    return Syslog(found["six"] or found["host"], port)
