"""A head that somebody has altered by SQL is never vouched for by itself again. When a person has looked into it and
decides that the log goes on as it lies, it is made anew from the rows, and the entry of that decision says so.

This heals nothing: what was edited stays found, what is gone stays missing, and checkpoints from before show the break.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.gaps import Growing
from core.audit.head import head_mac, head_to_write, write_head
from core.audit.models import AuditEntry
from core.audit.tree import leaf_hash

FARTHEST = 10_000  # numbers missing in a row; a row beyond was put there far ahead and is none of the log


def vouch_again(session: Session) -> bool:
    """Make the head anew from the bytes of the entries if it is not ours; False when it is. It stays locked."""
    head, holds = head_to_write(session, None)
    if holds:
        return False
    tree = _as_it_lies(session)
    tree.write_to(head)
    head.mac = head_mac(session.info["keyring"], head) if head.size else ""
    write_head(session, head)
    return True


def _as_it_lies(session: Session) -> Growing:
    """Every entry in its place; in that of a missing one the leaf of a number that was passed over."""
    tree = Growing((), 0, [])
    query = select(AuditEntry.seq, AuditEntry.entry).order_by(AuditEntry.seq)
    for row in session.execute(query.execution_options(yield_per=2000)):
        if not 0 <= row.seq - tree.size <= FARTHEST:
            break
        tree.pass_over(range(tree.size, row.seq))
        tree.add(leaf_hash(row.entry))
    return tree
