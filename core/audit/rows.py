"""One row of the log looked at with care: what is wrong with it, and nothing when it is what was written."""

import json
from datetime import datetime

from sqlalchemy import Row, Select, select

from core.audit.entries import stamp
from core.audit.models import AuditEntry
from core.audit.tree import leaf_hash

Stored = Row[int, bytes, bytes, datetime, str, str, str, str]


def in_order() -> Select[int, bytes, bytes, datetime, str, str, str, str]:
    hashed = (AuditEntry.seq, AuditEntry.entry, AuditEntry.leaf, AuditEntry.at)
    return select(*hashed, AuditEntry.actor, AuditEntry.action, AuditEntry.object, AuditEntry.case_id).order_by(
        AuditEntry.seq
    )


def fault(row: Stored, expected: int, size: int) -> str | None:
    """The kind of what is wrong with the row that should be entry `expected` of `size`."""
    if row.seq >= size:
        return "inserted"
    if row.seq != expected:
        return "deleted"
    if leaf_hash(row.entry) != row.leaf:
        return "edited"
    entry = _read(row.entry)
    if entry.get("seq", expected) != expected:
        return "reordered"
    shown = (stamp(row.at), row.actor, row.action, row.object, row.case_id)
    if shown != tuple(entry.get(name) for name in ("ts", "actor", "action", "object", "case")):
        return "edited"
    return None


def _read(entry: bytes) -> dict[str, object]:
    """The fields of an entry; none when these bytes were never one of ours."""
    try:
        found = json.loads(entry)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
