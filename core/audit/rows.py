"""One row of the log looked at with care: what is wrong with it, and nothing when it is what was written."""

from datetime import datetime

from sqlalchemy import LargeBinary, Row, Select, String, cast, select, type_coerce

from core.audit.entries import stamp
from core.audit.models import AuditEntry
from core.audit.told import document
from core.audit.tree import leaf_hash

Stored = Row[int, bytes, bytes, str, str, str, str, str]


def in_order() -> Select[int, bytes, bytes, str, str, str, str, str]:
    """Rows as they lie there, whatever they hold: SQLite takes anything for bytes and for a time."""
    entry, leaf = (cast(column, LargeBinary).label(column.key) for column in (AuditEntry.entry, AuditEntry.leaf))
    hashed = (AuditEntry.seq, entry, leaf, type_coerce(AuditEntry.at, String).label("at"))
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
    entry = document(row.entry)
    if entry.get("seq", expected) != expected:
        return "reordered"
    shown = (_moment(row.at), row.actor, row.action, row.object, row.case_id)
    if shown != tuple(entry.get(name) for name in ("ts", "actor", "action", "object", "case")):
        return "edited"
    return None


def _moment(at: object) -> str:
    """As an entry writes it. SQLite keeps a time as text, in UTC."""
    return stamp(at) if isinstance(at, datetime) else f"{at}Z".replace(" ", "T", 1)
