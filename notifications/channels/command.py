"""A program of the company's own, such as one that drives an SMS modem: no shell, the facts as JSON on its input."""

import os
import shlex
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath

from core.settings import PREFIX, WrongSettings
from notifications.channels.calling import Unreached
from notifications.channels.notice import Notice

PATIENCE = 30.0


@dataclass(frozen=True)
class Command:
    """Runs one program for each alarm. Its arguments are never shown: they may hold a password."""

    arguments: tuple[str, ...] = field(repr=False)
    patience: float = PATIENCE
    name: str = "command"

    @property
    def place(self) -> str:
        return PurePath(self.arguments[0]).name

    def knock(self) -> None:
        if shutil.which(self.arguments[0]) is None:
            raise Unreached("no_such_program")

    def deliver(self, notice: Notice, now: datetime) -> None:  # noqa: ARG002 - the same for every channel
        """Run it and wait; anything but exit code 0 counts as not taken.

        Raises:
            Unreached: it cannot be started, takes too long, or failed.
        """
        try:
            program = subprocess.Popen(  # noqa: S603 - whoever sets the environment chooses the program
                self.arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=without_our_secrets(), start_new_session=True,
            )  # fmt: skip
        except (OSError, ValueError):
            raise Unreached("no_such_program") from None
        with program:
            try:
                program.communicate(notice.as_json(), self.patience)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(program.pid, signal.SIGKILL)
                program.wait()
                raise Unreached("no_answer") from None
        if program.returncode:
            raise Unreached("failed", program.returncode)


def without_our_secrets() -> dict[str, str]:
    """The environment without our own settings: a gateway needs neither our keys nor our relay's password."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}


def parse_command(text: str) -> tuple[str, ...]:
    """Split as a shell would, and nothing more of a shell.

    Raises:
        WrongSettings: a quote is not closed.
    """
    try:
        arguments = tuple(shlex.split(text))
    except ValueError:
        arguments = ()
    if not arguments or "\0" in text:
        raise WrongSettings("VAKA_ALERT_COMMAND: write a program and its arguments, with every quote closed.")
    return arguments
