"""Does the log as it lies there go on from what was signed last? The signer's question, answered from the stored bytes.

The memory holds the frontier of the last signed tree. Growing it by the hashes of the entries since then gives every
root that an RFC 6962 consistency proof would name, and reads no entry twice in the life of a log: what was signed is
looked at again by the nightly check, not here.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.gaps import Growing
from core.audit.head import frontier_of, head_holds
from core.audit.models import AuditEntry, AuditHead
from core.audit.signer_folder import Memory
from core.audit.tree import Frontier, leaf_hash

AT_ONCE = 2000
SMALLER, DIFFERENT, UNREADABLE = "smaller", "different", "unreadable"


class Refused(Exception):
    """The log does not go on from what was signed: `kind` as in SignerRefusal, with both sizes."""

    def __init__(self, kind: str, signed_size: int, found_size: int) -> None:
        super().__init__(f"{kind}: {signed_size} entries signed, {found_size} found")
        self.kind, self.signed_size, self.found_size = kind, signed_size, found_size


def prove(session: Session, memory: Memory) -> tuple[int, Frontier]:
    """Size and frontier of the log, which begins with the log that was signed last.

    Raises:
        Refused: entries are missing or others, or the head that vouches for them is not ours.
    """
    head = session.get(AuditHead, 1, populate_existing=True)
    size = head.size if head else 0
    if size < memory.size:
        raise Refused(SMALLER, memory.size, max(size, 0))
    if head is None or not head_holds(session, head):
        raise Refused(UNREADABLE, memory.size, size)
    tree = _grown(session, memory, head)
    if tree != frontier_of(head):
        raise Refused(DIFFERENT, memory.size, size)
    return size, tree


def _grown(session: Session, memory: Memory, head: AuditHead) -> Frontier | None:
    """The frontier of the last signature after every entry since; none when a number is missing among them."""
    tree, skipped = Growing(memory.tree, memory.size, []), set(head.skipped)
    between = (AuditEntry.seq >= memory.size, AuditEntry.seq < head.size)
    query = select(AuditEntry.seq, AuditEntry.entry).where(*between).order_by(AuditEntry.seq)
    with session.execute(query, execution_options={"yield_per": AT_ONCE}) as rows:
        for row in rows:
            if row.seq in skipped:
                continue
            tree.pass_over(skipped)
            if row.seq != tree.size:
                return None
            tree.add(leaf_hash(row.entry))
    return tree.frontier if tree.size == head.size else None
