"""The head of the log: what it vouches for, and what becomes of one that somebody has altered."""

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry, AuditHead, items_in
from core.audit.tree import Frontier, grow
from core.crypto import Keyring, commitment
from core.db import TO_JSON
from core.keys import known_keys, opened_key
from core.straight import Cells, say

HASH = re.compile(r"[0-9a-f]{64}")
LOST = "lost"  # never a MAC
CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass
class Head:
    """The head row while a transaction appends. `last` is the highest number that any row of the log has."""

    size: int
    frontier: list[str]
    skipped: list[int]
    mac: str
    last: int = -1


TABLE = cast(Table, AuditHead.__table__)
READ = (
    "SELECT size, CAST(frontier AS {raw}), CAST(skipped AS {raw}), mac,"
    " (SELECT seq FROM audit_entry ORDER BY seq DESC LIMIT 1),"
    " (SELECT seq FROM audit_value ORDER BY seq DESC LIMIT 1),"
    " (SELECT wrapped FROM case_key WHERE case_id = %s) FROM audit_head{lock}"  # empty when the case was erased
)
WRITE = "UPDATE audit_head SET size = %s, frontier = %s, skipped = %s, mac = %s"  # one row, says its constraint


def head_mac(keyring: Keyring, head: AuditHead | Head) -> str:
    """The MAC of a head, keyed outside the database: rewriting rows and head by SQL alone shows."""
    skipped = ",".join(str(number) for number in head.skipped)
    return commitment(keyring.derive("audit-head"), str(head.size), skipped, *head.frontier)


def head_holds(session: Session, head: AuditHead | Head) -> bool:
    """Whether this head was written by us. An altered one never gets a good MAC again, however the log goes on."""
    return _has_shape(head) and _has_mac(session, head)


def frontier_of(head: AuditHead | Head) -> Frontier:
    """The nodes of the head; none when they have lost their shape, so that no page and no backup stumbles over it."""
    return tuple(bytes.fromhex(node) for node in head.frontier) if _has_shape(head) else ()


def head_to_write(session: Session, case_id: str | None) -> tuple[Head, bool]:
    """The head row, locked, and whether it holds. One that is gone or has lost its shape is made anew from the rows,
    without a MAC. The key of a case comes along with it: the entry needs it, and a question less is time."""
    line = session.connection()
    row = _read(line, case_id)
    if row is None:
        line.execute(insert(TABLE).values(id=1, size=-1, frontier=[], skipped=[], mac=LOST))
    head = _head(*row[:6]) if row else Head(-1, [], [], LOST)
    if not _has_shape(head):
        _make_anew(session, head)
    if case_id is not None and row and (wrapped := row[6]):
        known_keys(session)[case_id] = opened_key(session, case_id, wrapped)
    return head, _has_mac(session, head)


def _read(line: Connection, case_id: str | None) -> Any:
    raw, lock = ("text", " FOR UPDATE") if line.dialect.name == "postgresql" else ("blob", "")
    return say(line, READ.format(raw=raw, lock=lock), (case_id,)).fetchone()


def _head(size: Any, frontier: Any, skipped: Any, mac: str, *highest: Any) -> Head:
    numbers = [-1 if number is None else number for number in highest]
    last = max(numbers) if all(isinstance(number, int) for number in numbers) else sys.maxsize  # text hides the highest
    return Head(size if isinstance(size, int) else -1, items_in(frontier), items_in(skipped), mac, last)


def write_head(session: Session, head: Head) -> None:
    say(session.connection(), WRITE, head_cells(head))


def head_cells(head: Head) -> Cells:
    return head.size, TO_JSON(head.frontier), TO_JSON(head.skipped), head.mac


def _has_mac(session: Session, head: AuditHead | Head) -> bool:
    return head.mac == head_mac(session.info["keyring"], head) if head.size else not head.mac


def _has_shape(head: AuditHead | Head) -> bool:
    """One hash for each set bit of the size, and numbers that were passed over."""
    nodes, skipped = head.frontier, head.skipped
    if head.size < 0 or not isinstance(nodes, list) or not isinstance(skipped, list):
        return False
    whole = all(isinstance(node, str) and HASH.fullmatch(node) for node in nodes)
    return whole and len(nodes) == head.size.bit_count() and all(isinstance(number, int) for number in skipped)


def _make_anew(session: Session, head: Head) -> None:
    """The tree of the rows as they lie there now; verification calls it rewritten from here on."""
    found = session.execute(select(AuditEntry.seq, AuditEntry.leaf).order_by(AuditEntry.seq)).all()
    head.size, head.frontier = len(found), [node.hex() for node in grow(row.leaf for row in found)]
    head.skipped, head.mac, head.last = [], LOST, found[-1].seq if found else -1


def canonical(entry: Mapping[str, object]) -> bytes:
    """RFC 8785 for our values (strings, whole numbers, booleans, lists, objects): sorted keys, no spaces, UTF-8."""
    return CANONICAL.encode(entry).encode()
