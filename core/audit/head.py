"""The head of the log: what it vouches for, and what becomes of one that somebody has altered."""

import json
import re
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry, AuditHead
from core.audit.tree import grow
from core.crypto import Keyring, commitment

HASH = re.compile(r"[0-9a-f]{64}")
LOST = "lost"  # never a MAC


def head_mac(keyring: Keyring, head: AuditHead) -> str:
    """The MAC of a head, keyed outside the database: rewriting rows and head by SQL alone shows."""
    skipped = ",".join(str(number) for number in head.skipped)
    return commitment(keyring.derive("audit-head"), str(head.size), skipped, *head.frontier)


def head_holds(session: Session, head: AuditHead) -> bool:
    """Whether this head was written by us. An altered one never gets a good MAC again, however the log goes on."""
    if not _has_shape(head):
        return False
    if head.size == 0:
        return not head.mac
    return head.mac == head_mac(session.info["keyring"], head)


def head_to_write(session: Session) -> AuditHead:
    """The head row, locked. One that is gone or has lost its shape is made anew from the rows, without a MAC."""
    query = select(AuditHead).with_for_update()
    head = session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
    if head is None:
        head = AuditHead(id=1, size=-1, frontier=[], skipped=[], mac=LOST)
        session.add(head)
    if not _has_shape(head):
        _make_anew(session, head)
    return head


def _has_shape(head: AuditHead) -> bool:
    """One hash for each set bit of the size, and numbers that were passed over."""
    nodes, skipped = head.frontier, head.skipped
    if head.size < 0 or not isinstance(nodes, list) or not isinstance(skipped, list):
        return False
    whole = all(isinstance(node, str) and HASH.fullmatch(node) for node in nodes)
    return whole and len(nodes) == head.size.bit_count() and all(isinstance(number, int) for number in skipped)


def _make_anew(session: Session, head: AuditHead) -> None:
    """The tree of the rows as they lie there now; verification calls it rewritten from here on."""
    leaves = list(session.scalars(select(AuditEntry.leaf).order_by(AuditEntry.seq)))
    head.size, head.frontier, head.skipped, head.mac = len(leaves), [node.hex() for node in grow(leaves)], [], LOST


def canonical(entry: Mapping[str, object]) -> bytes:
    """RFC 8785 for our values (strings, whole numbers, booleans, lists, objects): sorted keys, no spaces, UTF-8."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
