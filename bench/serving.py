"""Real processes on real ports: `vaka serve` as an operator starts it, and the bare yardstick."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0


@dataclass(frozen=True)
class Running:
    port: int
    pid: int
    seconds: float  # from the start of the process to its first answer

    @property
    def memory(self) -> float:
        """MiB in memory now."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextmanager
def vaka(folder: Path, url: str = "") -> Iterator[Running]:
    """The service over the database in `folder` (or at `url`), without its worker: the bare one has none either."""
    with _running(["-m", "app.cli", "serve", "--no-worker", "--port"], [], folder, "/health/live", url) as running:
        yield running


@contextmanager
def bare(folder: Path) -> Iterator[Running]:
    with _running(["-m", "bench.bare"], [str(folder / "bare.db")], folder, "/") as running:
        yield running


def command(folder: Path, *words: str) -> float:
    """How long `vaka ...` takes, start and all."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "app.cli", *words], env=_environment(folder), check=True, capture_output=True)
    return time.perf_counter() - started


@contextmanager
def _running(program: list[str], rest: list[str], folder: Path, path: str, url: str = "") -> Iterator[Running]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = time.perf_counter()
    with subprocess.Popen([sys.executable, *program, str(port), *rest], env=_environment(folder, url),
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # fmt: skip
        try:
            _await(process, port, path)
            yield Running(port, process.pid, time.perf_counter() - started)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _environment(folder: Path, url: str = "") -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("VAKA_")} | {
        "VAKA_VAR_DIR": str(folder),
        "VAKA_TRUSTED_PROXIES": "127.0.0.1",
        **({"VAKA_DATABASE_URL": url} if url else {}),
    }


def _await(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the process ended with {process.returncode} while starting")
        if _answers(port, path):
            return
        time.sleep(0.01)
    raise RuntimeError("the process did not answer in time")


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
