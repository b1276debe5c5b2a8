"""The log's tables: the entries, the values beside them, from whom an entry is hidden, and the head."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, Dialect, Index, Integer, LargeBinary, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from core.db import Base, UtcDateTime

FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


class Whole(TypeDecorator[int]):
    """A number. SQLite takes anything in its place, and whatever lies there must stop no report: it reads as -1."""

    impl, cache_ok = Integer, True

    def process_result_value(self, value: Any, _dialect: Dialect) -> int:
        return value if isinstance(value, int) else -1


class Items(TypeDecorator[list[Any]]):
    """A list as JSON. What is none any more stops no report either: it reads as a list that no head ever holds."""

    impl, cache_ok = JSON, True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], list[Any]]:
        read = super().result_processor(dialect, coltype) or (lambda value: value)
        return lambda value: items_in(value, read)


def items_in(stored: Any, read: Callable[[Any], Any] = json.loads) -> list[Any]:
    try:
        found = read(stored)
    except (TypeError, ValueError):
        return [None]
    return found if isinstance(found, list) else [None]


class Written(TypeDecorator[bytes]):
    """Bytes. SQLite takes text in their place, and whatever lies there is read as it is."""

    impl, cache_ok = LargeBinary, True

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], bytes]:
        return lambda value: value if isinstance(value, bytes) else str(value).encode(errors="replace")


class Within(FunctionElement[datetime]):
    """The moment in a column, or one as near to it as Python knows any."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[datetime], kind: "Moment") -> None:
        super().__init__(column)
        self.type = kind


@compiles(Within)
def _as_it_is(element: Within, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(Within, "postgresql")
def _within(element: Within, compiler: SQLCompiler, **kw: Any) -> str:
    return f"least(greatest({compiler.process(element.clauses, **kw)}, '{FIRST}'), '{LAST}')"


class Moment(UtcDateTime):
    """When. SQLite takes anything in its place, PostgreSQL moments out of all time; they read as the last or first."""

    cache_ok = True

    def column_expression(self, column: ColumnElement[datetime]) -> ColumnElement[datetime]:
        return Within(column, self)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime]:
        read: Callable[[Any], Any] = super().result_processor(dialect, coltype) or (lambda value: value)

        def moment(value: Any) -> datetime:
            try:
                found: datetime = read(value)
                return min(max(found, FIRST), LAST)
            except (ValueError, TypeError, OverflowError):
                return LAST

        return moment


class AuditEntry(Base):
    """One entry: the exact bytes that were hashed, and columns repeated from them for filters."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_case_id_seq", "case_id", "seq"),
        Index("ix_audit_entry_at_seq", "at", "seq"),
        Index("ix_audit_entry_actor_at_seq", "actor", "at", "seq"),
        Index("ix_audit_entry_action_at_seq", "action", "at", "seq"),
        Index("ix_audit_entry_object_at_seq", "object", "at", "seq"),
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[bytes] = mapped_column(Written)
    leaf: Mapped[bytes] = mapped_column(Written)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str]
    action: Mapped[str]
    object: Mapped[str]
    case_id: Mapped[str]


class AuditValue(Base):
    """A value before or after, sealed under the case's key: it can be shown, checked and erased."""

    __tablename__ = "audit_value"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[str]


class AuditHidden(Base):
    """An entry that tells of a step about this very person: to read of it would warn them. It is hidden on every page
    and in every table they may read, but never from the proof: the log is verified and copied whole."""

    __tablename__ = "audit_hidden"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[str]


class AuditHead(Base):
    """The one row that gives the next number: size, frontier (hex hashes) and a MAC that SQL alone cannot forge.

    `skipped` are the numbers where a row lay already when their turn came (core/audit/gaps.py).
    """

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(Whole)
    frontier: Mapped[list[str]] = mapped_column(Items().with_variant(JSONB(), "postgresql"))
    skipped: Mapped[list[int]] = mapped_column(Items().with_variant(JSON(), "postgresql"), default=list)
    mac: Mapped[str]
