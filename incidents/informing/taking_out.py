"""People on their way into a file: by key, in blocks that each have a reading of their own. Memory stays flat however
many there are, and no long reading holds the database."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from core.db import Database

BLOCK = 500
Key = TypeVar("Key", int, str)
Item = TypeVar("Item")


def in_blocks(
    database: Database, first: Key, read: Callable[[Session, Key, int], Sequence[tuple[Key, Item]]]
) -> Iterator[Item]:
    """Everything beyond `first`. `read` gives so many of what lies beyond a key, each with its own."""
    after = first
    while True:
        with database.reading() as session:
            found = read(session, after, BLOCK)
        for key, item in found:
            after = key
            yield item
        if len(found) < BLOCK:
            return
