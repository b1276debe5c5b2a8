"""The words between us and whoever takes mails over: a mail, the four answers, and the two steps of a connection."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Mail:
    """One message to one address, ready to be sent; `content` has CRLF line ends."""

    id: str
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    content: bytes = field(repr=False)
    utf8: bool = False


@dataclass(frozen=True)
class Answer:
    """What the relay said. The text may repeat an address: it is stored sealed and never logged."""

    code: int | None = None
    reply: str = field(default="", repr=False)


class Accepted(Answer):
    """The relay has taken the mail over."""


class Refused(Answer):
    """Never, said the relay: this address or this mail will not do."""


class Deferred(Answer):
    """Not now, said the relay, or the line broke before the dot: certain that nothing was sent."""


class Unanswered(Answer):
    """The dot was sent and no whole answer came: nobody can know without asking the relay."""


Outcome = Accepted | Refused | Deferred | Unanswered


class Outage(Exception):
    """The relay itself is not usable; no mail is to blame. `reason` is a code for the outbox page."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


def nothing() -> None:
    """There is time, and nothing to do."""


class Connection(Protocol):
    """An open line to whoever takes mails over."""

    def hand_over(self, mail: Mail, *, hold: bool = False) -> Refused | Deferred | None:
        """Send all of the mail except its final dot; None when the dot may follow. `hold`: the dot follows at once, so
        that the body may wait for it."""

    def finish(self, following: Mail | None = None, meanwhile: Callable[[], object] = nothing) -> Outcome:
        """Send the dot and wait for the answer. `following` is handed over next, and may be announced already;
        `meanwhile` is done while the other side thinks, and raises nothing."""

    def close(self) -> None:
        """Say goodbye between two mails."""

    def drop(self) -> None:
        """Cut the line without the dot: what was handed over is thrown away by the other side."""


class Transport(Protocol):
    def open(self) -> Connection:
        """A new connection.

        Raises:
            Outage: there is none to be had.
        """
