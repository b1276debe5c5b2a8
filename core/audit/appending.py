"""What a transaction appends to the log: its rows, and the head after them.

On PostgreSQL a few rows and the head go in one statement: each is a journey to the server and back, and those are most
of what an entry costs. Many rows, of a batch, share theirs anyway.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from sqlalchemy import Connection

from core.audit.head import WRITE, Head, head_cells
from core.straight import Cells, say, say_each

Rows = Sequence[Cells]
COLUMNS = {  # each row's cells, in this order
    "audit_entry": ("seq", "entry", "leaf", "at", "actor", "action", "object", "case_id"),
    "audit_value": ("seq", "field", "side", "sealed"),
    "audit_hidden": ("seq", "user_id"),
}
FEW = 20


def append_rows(line: Connection, entries: Rows, values: Rows, hidden: Rows, head: Head) -> None:
    """The head is locked already; without its lock two writers would fork the tree."""
    every = dict(zip(COLUMNS, (entries, values, hidden), strict=True))
    if line.dialect.name == "postgresql" and sum(map(len, every.values())) <= FEW:
        rows = chain.from_iterable(chain.from_iterable(every.values()))
        say(line, _at_once(*map(len, every.values())), (*rows, *head_cells(head)))
        return
    for table, those in every.items():
        if those:
            say_each(line, _insert(table, 1), those)
    say(line, WRITE, head_cells(head))


@lru_cache
def _at_once(*numbers: int) -> str:
    """So many rows into each table, and the head."""
    inserts = [f"{table}_rows AS ({_insert(table, number)})"
               for table, number in zip(COLUMNS, numbers, strict=True) if number]  # fmt: skip
    return f"WITH {', '.join(inserts)} {WRITE}"


@lru_cache
def _insert(table: str, number: int) -> str:
    names = COLUMNS[table]
    row = f"({', '.join(['%s'] * len(names))})"
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([row] * number)}"  # noqa: S608 - names of ours
