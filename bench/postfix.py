"""Postfix's own test programs: a relay that takes mail as fast as any can, and a sender without a memory."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATH = "/usr/sbin:/usr/libexec/postfix:/usr/local/sbin"
REMEDY = "needs smtp-sink and smtp-source: apt-get install postfix"


def program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=PATH)


def installed() -> bool:
    return all(map(program, ("smtp-sink", "smtp-source")))


@contextmanager
def smtp_sink() -> Iterator[int]:
    """The port of a relay that throws every mail away."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    as_whom = [] if os.geteuid() else ["-u", "nobody"]  # it refuses to run as root
    command = [str(program("smtp-sink")), *as_whom, f"inet:127.0.0.1:{port}", "100"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await(port)
            yield port
        finally:
            process.terminate()
            process.wait()


def smtp_source(port: int, letter: Path, count: int) -> float:
    """Mails a second that four sessions hand over, all the same mail, on kept connections."""
    command = [str(program("smtp-source")), "-4", "-d", "-s", "4", "-m", str(count), "-F", str(letter),
               "-f", "vaka@nordhamn.example", "-t", "person@kund.example", f"inet:127.0.0.1:{port}"]  # fmt: skip
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return count / (time.perf_counter() - started)


def _await(port: int) -> None:
    until = time.perf_counter() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.perf_counter() > until:
                raise
            time.sleep(0.01)
        else:
            return
