"""What lies beside an entry of the log: the values that people wrote, as long as the key of their case is there."""

from sqlalchemy.orm import Session

from core.audit.models import AuditEntry, AuditValue
from core.crypto import CannotOpen
from core.keys import unseal

AFTER = "after"


def written(session: Session, entry: AuditEntry, field: str) -> str:
    """What was written into `field` by this step; nothing when it was not, or has been erased."""
    value = session.get(AuditValue, (entry.seq, field, AFTER))
    try:
        return opened(session, entry, value) if value else ""
    except CannotOpen:
        return ""


def opened(session: Session, entry: AuditEntry, value: AuditValue) -> str:
    """One value of an entry.

    Raises:
        CannotOpen: the key of the case is gone.
    """
    return unseal(session, entry.case_id, f"audit_value.{value.field}.{value.side}:{value.seq}", value.sealed)
