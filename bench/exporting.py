"""The log as CSV: rows a second against a loop that only reads and writes, and memory with many rows against few.

`python -m bench.exporting <url> <key file> <rows>` prints the figures of one export, in a process of its own.
"""

import csv
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg

from app.log_export import as_csv, download
from app.log_filter import Filter
from bench.sending import peak
from core.access import Actor, Role
from core.db import Database
from core.i18n import catalogue
from core.key_file import load_keyring
from core.moment import now

READER = Actor("bench", "Granskare", frozenset({Role.AUDITOR}))
COLUMNS = "SELECT seq, at, actor, action, object, entry, leaf FROM audit_entry ORDER BY seq"


def exported(folder: Path, url: str, rows: int) -> dict[str, float]:
    """Rows a second and the peak of memory of an export cut off after so many rows."""
    done = subprocess.run([sys.executable, "-m", "bench.exporting", url, str(folder / "data.key"), str(rows)],
                          check=True, capture_output=True, text=True)  # fmt: skip
    told: dict[str, float] = json.loads(done.stdout)
    return told


def raw(url: str, target: Path, rows: int) -> float:
    """Rows a second of the least that any export does: read the columns in order, write them as CSV."""
    started = time.perf_counter()
    written = 0
    with target.open("w", newline="") as file:
        writer = csv.writer(file)
        for row in islice(_read(url), rows):
            writer.writerow([*row[:5], row[5].decode(), row[6].hex()])
            written += 1
    return written / (time.perf_counter() - started)


def _read(url: str) -> Iterator[tuple[Any, ...]]:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as line:
            yield from line.execute(COLUMNS)
        line.close()
        return
    with psycopg.connect(url) as connection, connection.cursor(name="raw") as cursor:
        cursor.itersize = 2_000
        yield from cursor.execute(COLUMNS)


def main() -> None:
    url, key, rows = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    database = Database(url, load_keyring(key))
    with database.reading() as session:
        made = download(session, database, READER, Filter(), now(), "sv", "")
    catalogue(made.lang)  # as a service has it from its first page on
    started, written = time.perf_counter(), 0
    with Path(key.parent / "export.csv").open("w", newline="") as file:
        for line in islice(as_csv(made), rows):
            file.write(line)
            written += 1
    print(json.dumps({"rate": written / (time.perf_counter() - started), "peak": peak()}))
    database.dispose()


if __name__ == "__main__":
    main()
