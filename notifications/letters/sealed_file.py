"""A file in sealed parts that reads like any other, one part in memory at a time."""

import io
from collections.abc import Callable
from typing import BinaryIO

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.db import Database
from core.keys import seal_bytes, unseal_bytes
from notifications.letters.sent_models import SentList, SentListPart

PART = 2**20


class Gone(Exception):
    """The list was replaced, or its file is cleared away, while it was read."""


def keep(session: Session, sent: SentList, file: BinaryIO) -> None:
    """Seal the file part by part."""
    number = 0
    while part := file.read(PART):
        sealed = seal_bytes(session, sent.incident_id, _place(sent.id, number), part)
        session.execute(insert(SentListPart).values(list_id=sent.id, number=number, sealed=sealed))
        number += 1


def opened(database: Database, sent: SentList) -> BinaryIO:
    """The file, each part opened in a short look of its own, so that hours of reading hold no transaction.

    The parts raise:
        Gone: see there.
    """

    def part(number: int) -> bytes:
        with database.reading() as session:
            query = select(SentListPart.sealed).where(SentListPart.list_id == sent.id, SentListPart.number == number)
            sealed = session.scalar(query)
            if sealed is None:
                raise Gone
            return unseal_bytes(session, sent.incident_id, _place(sent.id, number), sealed)

    return io.BufferedReader(_Parts(part, sent.size), 2**16)


def _place(list_id: str, number: int) -> str:
    return f"sent_list_part.sealed:{list_id}:{number}"


class _Parts(io.RawIOBase):
    def __init__(self, part: Callable[[int], bytes], size: int) -> None:
        self._part, self._size = part, size
        self._at, self._number, self._open = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._at >= self._size:
            return 0
        number, start = divmod(self._at, PART)
        if number != self._number:
            self._open, self._number = self._part(number), number
        taken = self._open[start : start + len(buffer)]
        buffer[: len(taken)] = taken
        self._at += len(taken)
        return len(taken)
