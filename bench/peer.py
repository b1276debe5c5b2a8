"""django-post-office in a venv of its own that goes away with the run."""

import json
import subprocess
import sys
import venv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from notifications.letters.letter import Letter

PACKAGES = ("django==5.2.*", "django-post-office==3.12.*")
REMEDY = f"needs a package index that has {' and '.join(PACKAGES)}"
PROGRAM = Path(__file__).with_name("peer_office.py")


@dataclass(frozen=True)
class Peer:
    """Its queue lies in `folder`, full of the same letters."""

    python: Path
    folder: Path

    def send(self, port: int) -> float:
        """Mails a second."""
        told = json.loads(self._run("send", str(port)))
        return float(told["sent"] / told["seconds"])

    def fill(self, letters: Iterable[tuple[str, Letter]]) -> None:
        lines = (json.dumps({"to": to, **letter.facts}, ensure_ascii=False) for to, letter in letters)
        (self.folder / "letters.jsonl").write_text("\n".join(lines), "utf-8")
        self._run("fill")

    def _run(self, what: str, *more: str) -> str:
        command = [str(self.python), str(PROGRAM), what, str(self.folder), *more]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def peer(folder: Path) -> Peer | None:
    """None when its packages are not to be had."""
    made = folder / "venv"
    venv.create(made, with_pip=True)
    python = made / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
    installed = subprocess.run(command, check=False, stdout=sys.stderr, stderr=subprocess.DEVNULL)
    return Peer(python, folder) if installed.returncode == 0 else None
