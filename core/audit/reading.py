"""The rows of the log as bytes, many at a time, and the tree they make: what is hashed most is handled least.

A block of whole rows in order is hashed and folded without a look at any of them; what is not so is read row by row.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from core.audit.gaps import Growing
from core.audit.tree import append

HEIGHT = 11  # of the subtree of a block: 2,048 entries
Bytes = tuple[int, bytes, bytes]
Fetch = Callable[[int], Sequence[Bytes]]
SQLITE = "SELECT seq, CAST(entry AS BLOB), CAST(leaf AS BLOB) FROM audit_entry ORDER BY seq"  # it would keep text, too
POSTGRESQL = "SELECT seq, entry, leaf FROM audit_entry ORDER BY seq"


@contextmanager
def rows_in_order(session: Session) -> Iterator[Fetch]:
    """Number, entry and leaf of each row as the driver has them: a function that gives the next few of them."""
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    sqlite = connection.dialect.name == "sqlite"
    cursor = driver.cursor() if sqlite else driver.cursor("rows_of_the_log", binary=True)
    try:
        cursor.execute(SQLITE if sqlite else POSTGRESQL)
        yield cursor.fetchmany
    finally:
        cursor.close()


def room(tree: Growing) -> int:
    """How many entries are still missing in the block that the tree grows in."""
    return (1 << HEIGHT) - tree.size % (1 << HEIGHT)


def hashed(rows: Sequence[Bytes], first: int) -> list[bytes] | None:
    """The leaves of a block of rows; none when one of them has not the number or the stored hash that it must have."""
    sha256 = hashlib.sha256
    leaves = [sha256(b"\x00" + row[1]).digest() for row in rows]
    whole = [row[2] for row in rows] == leaves and [row[0] for row in rows] == list(range(first, first + len(rows)))
    return leaves if whole else None


def add_all(tree: Growing, leaves: list[bytes]) -> None:
    """Append leaves; a whole block at its own place goes in as one subtree."""
    if len(leaves) < 1 << HEIGHT or len(leaves) > room(tree):
        for leaf in leaves:
            tree.add(leaf)
        return
    sha256 = hashlib.sha256
    while len(leaves) > 1:
        leaves = [
            sha256(b"\x01" + left + right).digest() for left, right in zip(leaves[::2], leaves[1::2], strict=True)
        ]
    tree.frontier = append(tree.frontier, tree.size >> HEIGHT, leaves[0])
    tree.size += 1 << HEIGHT
