"""A backup back into an empty installation, or on trial: opened, checked, brought up to date, marked as restored."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.backing_up import DATA_KEY, DATABASE, alone_in_a_room, beside_database
from app.migrations import is_known, upgrade
from core.audit.verify import Verdict, verify
from core.backup.bundle import read_bundle
from core.backup.databases import (
    clear_postgresql,
    is_empty_postgresql,
    kind_of,
    load_postgresql,
    settle,
    sqlite_file,
    whole,
)
from core.backup.envelope import Damaged, decrypting
from core.backup.placing import put
from core.db import Database
from core.key_file import load_keyring
from core.keys import require_right_key
from core.settings import Settings, WrongSettings, write_secret
from incidents.restoring import Found, begin

NOT_EMPTY = "This installation is not empty: {what} is there. Restore into an empty one, with its own VAKA_VAR_DIR."
NO_KEY = "This backup holds no data.key. Give the one of the installation: --data-key FILE."


@dataclass(frozen=True)
class Restored:
    """`as_of`: when the backup was made; `doubtful`: messages that may have left since then."""

    as_of: datetime
    entries: int
    doubtful: int


def require_empty(settings: Settings) -> None:
    """Never over anything.

    Raises:
        WrongSettings: a database with tables, or a key, is there already.
    """
    kind = kind_of(settings.database)
    taken = [path.name for path in (settings.data_key, *beside_database(settings).values()) if path.exists()]
    if kind == "sqlite" and sqlite_file(settings.database).exists():
        taken.append(sqlite_file(settings.database).name)
    if kind == "postgresql" and not is_empty_postgresql(settings.database):
        taken.append("a database with tables")
    if taken:
        raise WrongSettings(NOT_EMPTY.format(what=taken[0]))


def restore(settings: Settings, source: Path, private: str, now: datetime, data_key: Path | None = None) -> Restored:
    """Into the place of the settings. What fails leaves nothing there.

    Raises:
        WrongSettings: not empty, of another kind of database, of a newer version, or no or a wrong data key.
        WrongPrivateKey, Damaged, Missing: see core/backup.
    """
    require_empty(settings)
    with alone_in_a_room(settings) as room:
        about = unpack(settings, source, private, room, data_key)
        url = settings.database if about["kind"] == "postgresql" else f"sqlite:///{room / DATABASE['sqlite']}"
        try:
            done = _bring_back(about, room, url, now)
        except BaseException:
            if about["kind"] == "postgresql":
                clear_postgresql(url)
            raise
        _put_in_place(settings, room, about)
    return done


def _bring_back(about: dict[str, Any], room: Path, url: str, now: datetime) -> Restored:
    load(about, room, url)
    as_of = datetime.fromisoformat(about["made_at"])
    with opened(url, room / DATA_KEY) as database:
        require_log(database, about)
        with database.transaction() as session:
            copy = begin(session, Found("restore", as_of), now)
            return Restored(as_of, about["entries"], copy.doubtful if copy else 0)


def unpack(settings: Settings, source: Path, private: str, room: Path, data_key: Path | None = None) -> dict[str, Any]:
    """Every part into `room`, each checked; returns what the backup says about itself."""
    with source.open("rb") as file, decrypting(file, private) as inside:
        about = read_bundle(inside, room)
    if not is_known(about["schema"]):
        raise WrongSettings("This backup was made by a newer version of Vaka. Install that version first.")
    if about["kind"] != kind_of(settings.database):
        raise WrongSettings(f"This is a backup of a {about['kind']} database; VAKA_DATABASE_URL names another kind.")
    if not (room / DATA_KEY).exists():
        if data_key is None:
            raise WrongSettings(NO_KEY)
        write_secret(room / DATA_KEY, data_key.read_text())
    return about


def load(about: dict[str, Any], room: Path, url: str) -> None:
    """Into a database at `url` (an SQLite file is there already), brought up to date."""
    if about["kind"] == "postgresql":
        load_postgresql(room / DATABASE["postgresql"], url)
    elif not whole(sqlite_file(url)):
        raise Damaged("The database in this backup is not whole.")
    upgrade(url)


@contextmanager
def opened(url: str, data_key: Path) -> Iterator[Database]:
    database = Database(url, replace(load_keyring(data_key), source=None))
    try:
        with database.transaction() as session:
            require_right_key(session)
        yield database
    finally:
        database.dispose()


def require_log(database: Database, about: dict[str, Any]) -> Verdict:
    """Raises:
    Damaged: the log does not match, or is shorter than it was when the backup began.
    """
    with database.reading() as session:
        verdict = verify(session)
    if verdict.result != "ok" or verdict.size < about["entries"]:
        raise Damaged(f"The log in this backup does not match: {verdict.kind or 'truncated'}.")
    return verdict


def _put_in_place(settings: Settings, room: Path, about: dict[str, Any]) -> None:
    """The keys first; the database, without which nothing starts, last."""
    for name, target in {DATA_KEY: settings.data_key, **beside_database(settings)}.items():
        if (room / name).exists() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            write_secret(target, (room / name).read_text())
    if about["kind"] == "sqlite":
        settle(room / DATABASE["sqlite"])
        put(room / DATABASE["sqlite"], sqlite_file(settings.database))
