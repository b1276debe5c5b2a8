"""What a reader of the log may not see although the case is theirs to read: steps about themselves."""

from sqlalchemy import ColumnElement, select

from core.audit.models import AuditEntry, AuditHidden


def not_hidden_from(user_id: str) -> ColumnElement[bool]:
    """The entries that are not hidden from this person."""
    return ~select(AuditHidden.seq).where(AuditHidden.seq == AuditEntry.seq, AuditHidden.user_id == user_id).exists()
