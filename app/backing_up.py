"""A backup: one moment of the database, the keys, the newest checkpoint, encrypted to a key that is elsewhere."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.audit.head import frontier_of
from core.audit.models import AuditHead
from core.audit.proof_models import AuditCheckpoint
from core.audit.tree import root
from core.backup.bundle import Part, write_bundle
from core.backup.databases import Missing, copy_sqlite, dump_postgresql, kind_of, sqlite_file
from core.backup.envelope import WrongPublicKey, encrypting, require_public
from core.backup.placing import put
from core.db import Database
from core.moment import Clock
from core.settings import Settings, WrongSettings
from core.workrooms import sweep_rooms, workroom
from notifications.service_state import remember
from risk.heartbeats.beating import LONGEST_MESSAGE
from risk.heartbeats.own import report_backup
from risk.heartbeats.rules import Kind

BACKUP = "backup"
SECRET = "secret.key"  # noqa: S105 - the name of a file
DATA_KEY = "data.key"
KEYS = (DATA_KEY, SECRET)
DATABASE = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
CHECKPOINT = "checkpoint.note"
COPIES = 5
RESTLESS = "The key was changed during every copy. Try again when no change of the key is under way."


@dataclass(frozen=True)
class Made:
    """What was written, and how far its log goes."""

    file: Path
    size: int
    entries: int
    with_keys: bool


def back_up(settings: Settings, database: Database, target: Path, clock: Clock, *, with_keys: bool = True) -> Made:
    """Write `target`, which must not be there, and note in the log that it was written.

    Raises:
        WrongSettings: the file is there already, its folder is not, another backup is under way, or the key was
            changed during every copy.
        WrongPublicKey: no public key is set, or it is none.
        Missing: pg_dump is not there.
    """
    require_public(settings.backup_public_key)
    if target.exists() or not target.parent.is_dir():
        raise WrongSettings(f"{target} is there already; a backup is never written over another file."
                            if target.exists() else f"The folder {target.parent} is not there.")  # fmt: skip
    beside = target.with_name(f".{target.name}-{secrets.token_hex(4)}.part")
    now = clock()
    try:
        with alone_in_a_room(settings) as room:
            about, key = _copied(settings, database, room, now)
            parts = list(_parts(settings, room, about, key if with_keys else b""))
            with os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
                with encrypting(file, settings.backup_public_key) as inside:
                    write_bundle(inside, about, parts)
                file.flush()
                os.fsync(file.fileno())
                size = os.fstat(file.fileno()).st_size
        put(beside, target)
    except FileExistsError:
        raise WrongSettings(f"{target} is there already; a backup is never written over another file.") from None
    finally:
        beside.unlink(missing_ok=True)
    made = Made(target, size, about["entries"], with_keys)
    with database.transaction() as session:
        _register(session, made, settings.backup_days, clock())
    return made


def _copied(settings: Settings, database: Database, room: Path, now: datetime) -> tuple[dict[str, Any], bytes]:
    """The database, and the key file that opens it. At every moment the file opens the database (core/key_rotation.py);
    one that was replaced meanwhile may not open what was copied, so that is copied anew. A change of the key replaces
    the file three times at most, however long it takes, so nobody waits for it to end."""
    for _ in range(COPIES):
        key = settings.data_key.read_bytes()
        about = _at_one_moment(settings, database, room, now)
        if settings.data_key.read_bytes() == key:
            return about, key
        (room / DATABASE[about["kind"]]).unlink()
    raise WrongSettings(RESTLESS)


def _at_one_moment(settings: Settings, database: Database, room: Path, now: datetime) -> dict[str, Any]:
    """Copy the database. What is said about the log is read first, so the copy holds all of it and perhaps more."""
    kind = kind_of(settings.database)
    with database.reading() as session:
        schema = session.scalar(text("SELECT version_num FROM alembic_version"))
        about = {"made_at": now.isoformat(), "kind": kind, "schema": schema, **_log(session)}
    target = room / DATABASE[kind]
    if kind == "sqlite":
        copy_sqlite(sqlite_file(settings.database), target)
    else:
        dump_postgresql(settings.database, target)
    return about


def _log(session: Session) -> dict[str, Any]:
    head = session.scalars(select(AuditHead)).one()
    frontier = frontier_of(head)
    note = session.scalar(select(AuditCheckpoint.note).order_by(AuditCheckpoint.size.desc()).limit(1))
    return {"entries": head.size, "root": root(frontier).hex(), "checkpoint": note or ""}


def _parts(settings: Settings, room: Path, about: dict[str, Any], key: bytes) -> Iterator[Part]:
    """Without `key` nothing of what opens the database, or signs for it."""
    name = DATABASE[about["kind"]]
    yield name, room / name
    if note := about.pop("checkpoint"):
        yield CHECKPOINT, note.encode()
    if key:
        yield DATA_KEY, key
        for other, path in beside_database(settings).items():
            if path.is_file():
                yield other, path.read_bytes()


def beside_database(settings: Settings) -> dict[str, Path]:
    """The other files without which an installation is not what it was, by their names in a backup."""
    return {SECRET: settings.secret_key_file or settings.var_dir / SECRET}


def _register(session: Session, made: Made, days: int, now: datetime) -> None:
    remember(session, BACKUP, {"size": made.size, "entries": made.entries}, now)
    record(session, SYSTEM, "service:backed_up", made.file.name, now,
           facts={"entries": made.entries, "size": made.size, "with_keys": made.with_keys})  # fmt: skip
    report_backup(session, Kind.SUCCESS, f"{made.file.name}: {made.size} bytes", days, now)


def report_failure(settings: Settings, database: Database, trouble: Exception, clock: Clock) -> None:
    """Tell the control of the backups, where there is one, that none was made: a failure is no less to be seen."""
    said = str(trouble) if isinstance(trouble, WrongSettings | Missing | WrongPublicKey) else type(trouble).__name__
    with database.transaction() as session:
        report_backup(session, Kind.FAIL, said[:LONGEST_MESSAGE], settings.backup_days, clock())


@contextmanager
def alone_in_a_room(settings: Settings) -> Iterator[Path]:
    """A room (core/workrooms.py) for one backup, restore or drill at a time. What a killed one has left goes first; the
    worker sweeps it, too.

    Raises:
        WrongSettings: somebody else is at work in one.
    """
    handle = os.open(settings.var_dir / ".backup.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(handle)
        sweep_rooms(settings)
        with workroom(settings) as room:
            yield room
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise WrongSettings("Another backup, restore or drill is under way.") from None
