"""Run as `python -m bench.sending FOLDER PORT WINDOW`: one round of a worker over what waits in the outbox there.

It tells, as JSON, how many mails the relay took, in how many seconds, and the most memory it had, in MiB.
"""

import json
import sys
import time
from pathlib import Path

from core.db import Database
from core.key_file import load_keyring
from core.logs import configure
from core.moment import now
from core.settings import Environment, Settings
from notifications.claims import LETTERS
from notifications.delivery import deliver_due


def main(folder: Path, port: int, window: int) -> dict[str, float]:
    configure()
    settings = Settings(
        environment=Environment.PRODUCTION,
        base_url="https://vaka.nordhamn.example",
        smtp_url=f"smtp://127.0.0.1:{port}?tls=none",  # type: ignore[arg-type]
        mail_window=window,
    )
    database = Database(f"sqlite:///{folder / 'vaka.db'}", load_keyring(folder / "data.key"))
    started = time.perf_counter()
    sent = deliver_due(database, settings, now, "bench", lane=LETTERS)
    seconds = time.perf_counter() - started
    database.dispose()
    return {"sent": sent, "seconds": seconds, "peak": peak()}


def peak() -> float:
    """By /proc: what `getrusage` says begins with the memory of the process that started this one."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
