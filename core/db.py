"""The database: one base, times that refuse naive values, and the one place that commits."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, String, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from core.crypto import Keyring
from core.key_file import LivingRing

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. SQLite drops offsets silently, so naive values are refused here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone was refused.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


TO_JSON = json.JSONEncoder(ensure_ascii=False).encode
Json = JSON().with_variant(JSONB(), "postgresql")


def new_id() -> str:
    """An opaque id, 128 random bits in hex: it says nothing about order or number."""
    return secrets.token_hex(16)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime(),
        dict[str, Any]: Json,
        list[str]: Json,
        list[dict[str, Any]]: Json,
        str: String(),
    }


def at_commit(session: Session, last: Callable[[Session], None]) -> None:
    """Run `last` once, after all other statements and just before the commit (the audit log's place)."""
    pending: list[Callable[[Session], None]] = session.info.setdefault("at_commit", [])
    if last not in pending:
        pending.append(last)


def whatever_happens(session: Session, work: Callable[[Session], None]) -> None:
    """Do `work` in a transaction of its own after this one, committed or not (a wrong password must count)."""
    survivors: list[Callable[[Session], None]] = session.info["survivors"]
    survivors.append(work)


class Database:
    """A writer and a reader on the same database, and the key ring that opens its sealed fields.

    SQLite gets one writing connection (`BEGIN IMMEDIATE`: two writers never lose an update), PostgreSQL a pool of them;
    the readers of both are a pool of their own and cannot write.
    """

    def __init__(self, url: str, keyring: Keyring) -> None:
        self.url = url
        self.keyring = keyring
        engine = _sqlite if url.startswith("sqlite") else _postgresql
        self.writer, self.reader = engine(url, writes=True), engine(url, writes=False)
        self._write = sessionmaker(self.writer, expire_on_commit=False)
        self._read = sessionmaker(self.reader, expire_on_commit=False)

    @property
    def keyring(self) -> Keyring:
        """The keys as their file stands now."""
        return self._keys.now()

    @keyring.setter
    def keyring(self, keyring: Keyring) -> None:
        self._keys = LivingRing(keyring)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """The one door for changes: everything inside is committed together, or nothing is."""
        survivors: list[Callable[[Session], None]] = []
        try:
            with self._write(info={**self._keys_of_session(), "survivors": survivors}) as session:
                try:
                    yield session
                    session.flush()
                    for last in session.info.pop("at_commit", []):
                        last(session)
                    session.commit()
                except BaseException:
                    session.rollback()
                    raise
        finally:
            for work in survivors:
                with self.transaction() as later:
                    work(later)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that cannot write."""
        with self._read(info=self._keys_of_session()) as session:
            yield session

    def _keys_of_session(self) -> dict[str, object]:
        return {"keyring": self.keyring, "keys": self._keys}

    def dispose(self) -> None:
        self.reader.dispose()
        self.writer.dispose()


def refuse(session: Session) -> None:
    """Undo all that this transaction has done so far; what follows is a fresh read (for a form shown again)."""
    session.rollback()
    session.info.pop("at_commit", None)
    session.info.pop("entries", None)


def _sqlite(url: str, *, writes: bool) -> Engine:
    pool = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 60} if writes else {"pool_size": 40, "max_overflow": 10}
    engine = create_engine(
        url, json_serializer=TO_JSON, hide_parameters=True, connect_args={"check_same_thread": False}, **pool
    )

    @event.listens_for(engine, "connect")
    def _open(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        pragmas = ["busy_timeout=30000", "journal_mode=wal", "synchronous=full", "foreign_keys=on", "temp_store=memory",
                   "secure_delete=on"]  # fmt: skip
        for pragma in pragmas if writes else ["busy_timeout=30000", "query_only=on"]:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: str, *, writes: bool) -> Engine:
    """A reader's plan is made for its values: one made for any values reads a tenth of a million rows where this one
    reads a page. A writer says the same few statements in every change, and keeps their plans where those do as well.

    No plan is compiled: for one that might read many that takes longer than to run it up to its limit.
    """
    address = url.replace("postgresql://", "postgresql+psycopg://", 1)
    pool = {"pool_size": 10, "max_overflow": 10} if writes else {"pool_size": 10, "max_overflow": 15}
    engine = create_engine(address, json_serializer=TO_JSON, hide_parameters=True, pool_pre_ping=True, **pool)
    said = ["jit = off"] if writes else ["jit = off", "plan_cache_mode = force_custom_plan",
                                         "default_transaction_read_only = on"]  # fmt: skip

    @event.listens_for(engine, "connect")
    def _open(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            for setting in said:
                cursor.execute(f"SET {setting}")
        connection.commit()

    return engine
