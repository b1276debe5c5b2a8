"""Until a relay is set, mails become files in `var/mail/` that the development page shows. Nobody is mailed."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from notifications.handover import Accepted, Mail, Outcome, Unanswered, nothing

FOLDER = "mail"


@dataclass(frozen=True)
class FileDrop:
    """A transport with the same two steps as a relay: the file appears under its name only at the dot."""

    folder: Path

    def open(self) -> "OpenFolder":
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return OpenFolder(self.folder)


class OpenFolder:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._waiting: Path | None = None

    def hand_over(self, mail: Mail, *, hold: bool = False) -> None:  # noqa: ARG002
        self._waiting = self.folder / f"{mail.id}.part"
        handle = os.open(self._waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(mail.content)
            file.flush()
            os.fsync(file.fileno())

    def finish(self, following: Mail | None = None, meanwhile: Callable[[], object] = nothing) -> Outcome:  # noqa: ARG002
        if self._waiting is None:
            return Unanswered()
        self._waiting.rename(self._waiting.with_suffix(".eml"))
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._waiting = None
        return Accepted(250, "Written to a file.")

    def close(self) -> None:
        self.drop()

    def drop(self) -> None:
        if self._waiting is not None:
            self._waiting.unlink(missing_ok=True)
            self._waiting = None
