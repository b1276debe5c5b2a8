"""A database into one file and back: SQLite by its backup API, PostgreSQL by its own programs. Each is one moment of
the database, whoever writes meanwhile; attachments lie in its tables, so they are of the same moment.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

PAGES = 4096  # of a step of the copy
PATIENCE = 60


class Missing(Exception):
    """A program, right or disk that is needed is not there: one sentence with the remedy."""


def kind_of(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql"


def sqlite_file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def copy_sqlite(source: Path, target: Path) -> None:
    """In steps. The reading transaction holds the moment: writers go on beside it and nothing begins anew for them."""
    private(target)
    with closing(_reading(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there, pages=PAGES, sleep=0)
        there.execute("PRAGMA journal_mode=delete")


def _reading(source: Path) -> sqlite3.Connection:
    here = sqlite3.connect(source.resolve().as_uri() + "?mode=ro", uri=True, timeout=PATIENCE, isolation_level=None)
    here.execute("BEGIN")
    here.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return here


def whole(file: Path) -> bool:
    """Whether SQLite finds every page and row of the file where it should be."""
    with closing(sqlite3.connect(file.resolve().as_uri() + "?mode=ro", uri=True)) as here:
        rows = here.execute("PRAGMA integrity_check(1)").fetchall()
        return rows == [("ok",)] and not here.execute("PRAGMA foreign_key_check").fetchone()


def settle(file: Path) -> None:
    """Everything into the one file, and that onto the disk."""
    with closing(sqlite3.connect(file)) as here:
        here.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        here.execute("PRAGMA journal_mode=delete")
    with file.open("rb+") as written:
        os.fsync(written.fileno())


def dump_postgresql(url: str, target: Path) -> None:
    """Raises:
    Missing: pg_dump is not there, or does not fit the server.
    """
    private(target)
    _run("pg_dump", url, ["--format=custom", "--compress=1", "--no-owner", "--no-privileges", f"--file={target}"])


def load_postgresql(source: Path, url: str) -> None:
    """All of it or nothing, into a database without tables.

    Raises:
        Missing: pg_restore is not there, or does not fit the server.
    """
    rules = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run("pg_restore", url, [*rules, f"--dbname={make_url(url).database}", str(source)])


@contextmanager
def beside_postgresql(url: str, name: str) -> Iterator[str]:
    """A database of its own on the same server, dropped at the end. Who is killed at it lets go of its lock.

    Raises:
        Missing: the role may not make one.
    """
    place, name = make_url(url), f"{_beside(url)}{name}"
    with psycopg.connect(_conninfo(url), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        try:
            server.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            raise Missing("The database role may not make a database: ALTER ROLE ... CREATEDB, or run the drill on "
                          "another server.") from None  # fmt: skip
        try:
            yield place.set(database=name).render_as_string(hide_password=False)
        finally:
            _drop(server, name)


def sweep_postgresql(url: str) -> int:
    """Drop the databases that a kill has left beside this one; returns how many there were. One whose lock is held is
    somebody's, and what lies beside another database of the server is not ours to judge."""
    ours = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND pg_get_userbyid(datdba) = current_user"
    with psycopg.connect(_conninfo(url), autocommit=True) as server:
        names = [str(row[0]) for row in server.execute(ours, [_beside(url)])]
        free = [name for name in names if _is_free(server, name)]
        for name in free:
            _drop(server, name)
    return len(free)


def _beside(url: str) -> str:
    """How the names of databases beside this one begin: locks hold within one database only, so each has its own."""
    return f"vaka_drill_{hashlib.sha256((make_url(url).database or '').encode()).hexdigest()[:12]}_"


def _is_free(server: psycopg.Connection[Any], name: str) -> bool:
    row = server.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name]).fetchone()
    return bool(row and row[0])


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    server.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(psycopg.sql.Identifier(name)))


def is_empty_postgresql(url: str) -> bool:
    with psycopg.connect(_conninfo(url)) as server:
        found = server.execute("SELECT 1 FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
        return found.fetchone() is None


def clear_postgresql(url: str) -> None:
    """Take back what a failed restore has put into a database that was empty."""
    with psycopg.connect(_conninfo(url)) as server:
        server.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def private(target: Path) -> None:
    """An empty file that only its owner reads, before anything is in it."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _conninfo(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _run(program: str, url: str, arguments: list[str]) -> None:
    """The password goes by the environment: the list of processes shows arguments to everybody."""
    path = shutil.which(program)
    if path is None:
        raise Missing(f"{program} is not there: install the client programs of PostgreSQL (postgresql-client).")
    done = subprocess.run([path, "--no-password", *arguments], env={**os.environ, **_place(url)}, check=False,  # noqa: S603 - a fixed program
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip
    if done.returncode:
        first = next(iter(done.stderr.decode(errors="replace").strip().splitlines()), "")
        hint = " Its version must be that of the server or newer." if "version" in first else ""
        raise Missing(f"{program} ended with {done.returncode}.{hint}")


def _place(url: str) -> dict[str, str]:
    place = make_url(url)
    host = place.host or str(place.query.get("host", ""))
    port = place.port or str(place.query.get("port", ""))
    wanted = {"PGHOST": host, "PGPORT": port, "PGUSER": place.username, "PGPASSWORD": place.password,
              "PGDATABASE": place.database, "PGSSLMODE": place.query.get("sslmode")}  # fmt: skip
    return {name: str(value) for name, value in wanted.items() if value}
