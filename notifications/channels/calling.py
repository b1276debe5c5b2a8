"""A call to an address outside: to the very peer that was checked, no redirects, a short time, hardly any answer.

`http.client` never follows a redirect, uses no proxy and reads no body unless it is told to; what is added here is the
check between the name and the connection.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Event, Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit

from core.settings import WrongSettings
from notifications.channels.addresses import may_call

PATIENCE = 5.0  # seconds for each step
WHOLE = 10.0  # seconds for the whole call, name lookup apart: a drop of answer every four seconds is no answer
ADDRESSES = 3  # of one name
SCHEMES = {"http": 80, "https": 443}


class Unreached(Exception):
    """The call did not get through. `reason` is a code for the messages page; what the other side wrote is not kept."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


def parse_address(name: str, url: str) -> SplitResult:
    """Read an address to call.

    Raises:
        WrongSettings: it cannot be used; the message never repeats it, for it may hold a secret.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0 and not parts.fragment
        usable = usable and parts.username is None and url.isascii() and url.isprintable() and " " not in url
    except ValueError:
        usable = False
    if not usable:
        raise WrongSettings(f"{name}: write https://host/path, without a user name in it.")
    return parts


def call(
    method: str, to: SplitResult, *, private: bool, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> int:
    """One request; returns the status of an answer that means yes (2xx).

    Raises:
        Unreached: no connection, a refused address, no answer in time, or any other status.
    """
    with _answered(method, to, private, body, headers) as answer:
        return answer.status


def fetch(
    method: str, to: SplitResult, *, private: bool, largest: int, body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:  # fmt: skip
    """One request whose answer is read, but never more of it than `largest` bytes.

    Raises:
        Unreached: as `call`, or the answer is longer.
    """
    with _answered(method, to, private, body, headers) as answer:
        content = answer.read(largest + 1)
    if len(content) > largest:
        raise Unreached("too_long")
    return content


@contextmanager
def _answered(
    method: str, to: SplitResult, private: bool, body: bytes | None, headers: Mapping[str, str] | None
) -> Iterator[HTTPResponse]:
    """The answer that means yes, as long as the line is open."""
    with _named(), _connected(to, private) as connection:
        path = f"{to.path or '/'}{'?' + to.query if to.query else ''}"
        connection.request(method, path, body, {"User-Agent": "Vaka", **(headers or {})})
        with connection.getresponse() as answer:
            if not 200 <= answer.status < 300:
                raise Unreached("redirect" if 300 <= answer.status < 400 else "refused", answer.status)
            yield answer


def touch(to: SplitResult, *, private: bool) -> None:
    """Connect, with TLS where the address says so, and hang up.

    Raises:
        Unreached: no connection, or a refused address.
    """
    with _named(), _connected(to, private):
        pass


@contextmanager
def _named() -> Iterator[None]:
    """Whatever breaks a call, by its code."""
    try:
        yield
    except ssl.SSLError:
        raise Unreached("no_tls") from None
    except TimeoutError:
        raise Unreached("no_answer") from None
    except (OSError, HTTPException):
        raise Unreached("unreachable") from None


@contextmanager
def _connected(to: SplitResult, private: bool) -> Iterator[HTTPConnection]:
    """An open line with the name of the address in TLS and in the Host header, cut when the time is over."""
    host, port = to.hostname or "", to.port or SCHEMES[to.scheme]
    connection = (HTTPSConnection if to.scheme == "https" else HTTPConnection)(host, port)
    line = connection.sock = checked_socket(host, port, private)
    try:
        if to.scheme == "https":
            context = ssl.create_default_context()
            line = connection.sock = context.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
        with _no_longer_than(WHOLE, line):
            if isinstance(line, ssl.SSLSocket):
                line.do_handshake()
            yield connection
    finally:
        connection.close()
        line.close()


@contextmanager
def _no_longer_than(seconds: float, line: socket.socket) -> Iterator[None]:
    over = Event()

    def cut() -> None:
        over.set()
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException):
        if over.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()


def checked_socket(host: str, port: int, private: bool) -> socket.socket:
    """A connection to the first address of this name that may be called and answers.

    Raises:
        Unreached: the name is unknown, or every address behind it is shut.
        OSError: none of the addresses answers.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise Unreached("unknown_host") from None
    allowed = [entry for entry in found if may_call(str(entry[4][0]), private)][:ADDRESSES]
    trouble: Exception = Unreached("private_address")
    for family, kind, protocol, _, address in allowed:
        try:
            return _line(socket.socket(family, kind, protocol), address, private)
        except OSError as failed:
            trouble = failed
    raise trouble


def _line(line: socket.socket, address: Any, private: bool) -> socket.socket:
    """Connect, and look once more at who is really there."""
    line.settimeout(PATIENCE)
    try:
        line.connect(address)
        if not may_call(str(line.getpeername()[0]), private):
            raise Unreached("private_address")
    except BaseException:
        line.close()
        raise
    return line
