"""What a transaction appends to the log: its rows, and the head after them.

On PostgreSQL a few rows and the head go in one statement: each is a journey to the server and back, and those are most
of what an entry costs. Many rows, of a batch, share theirs anyway.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Table, insert

from core.audit.head import CHANGED, Head, head_values
from core.audit.models import AuditEntry, AuditHidden, AuditValue
from core.db import TO_JSON

Rows = Sequence[Mapping[str, Any]]
TABLES = [cast(Table, model.__table__) for model in (AuditEntry, AuditValue, AuditHidden)]
INSERTS = [insert(table) for table in TABLES]
HEAD = "UPDATE audit_head SET size = %s, frontier = %s::jsonb, skipped = %s::json, mac = %s"
FEW = 20


def append_rows(line: Connection, entries: Rows, values: Rows, hidden: Rows, head: Head) -> None:
    """The head is locked already; without its lock two writers would fork the tree."""
    every = (entries, values, hidden)
    if line.dialect.name == "postgresql" and sum(map(len, every)) <= FEW:
        line.exec_driver_sql(_at_once(*map(len, every)), (*_cells(every), *_cells_of(head)))
        return
    for statement, rows in zip(INSERTS, every, strict=True):
        if rows:
            line.execute(statement, rows)
    line.execute(CHANGED, head_values(head))


@lru_cache
def _at_once(*numbers: int) -> str:
    """So many rows into each table, and the head."""
    inserts = [_insert(table, number) for table, number in zip(TABLES, numbers, strict=True) if number]
    return f"WITH {', '.join(inserts)} {HEAD}"


def _insert(table: Table, number: int) -> str:
    names = [column.name for column in table.c]
    row = f"({', '.join(['%s'] * len(names))})"
    into = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES {', '.join([row] * number)}"  # noqa: S608 - names of ours
    return f"{table.name}_rows AS ({into})"


def _cells(every: Sequence[Rows]) -> Iterator[Any]:
    for table, rows in zip(TABLES, every, strict=True):
        for row in rows:
            yield from (row[column.name] for column in table.c)


def _cells_of(head: Head) -> tuple[object, ...]:
    return head.size, TO_JSON(head.frontier), TO_JSON(head.skipped), head.mac
