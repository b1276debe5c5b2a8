"""The log as a bundle that an outsider can check without Vaka (interface.md, Log bundle)."""

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.gaps import gap
from core.audit.models import AuditEntry, AuditHead
from core.audit.tree import root

AT_ONCE = 2000
README = """\
This is the audit log of a Vaka installation, exported at {at}: {size} entries.

entries.jsonl   one entry a line, the exact bytes that were hashed, in order
head.json       size of the log and its root at the moment of the export

To check it without Vaka, with any SHA-256:
1. leaf i = SHA-256(byte 00 followed by line i, without the line break). Line 1 is entry 0.
2. node = SHA-256(byte 01, left child, right child); the tree is the one of RFC 6962, section 2.1.
3. The root must equal "root" in head.json, and the root you were given on another way on the day of the export.
4. "seq" counts 0, 1, 2 ... without a gap. A line with "skipped": true stands for a number where somebody had put a row
   of their own; that row is not in the tree and not in this file.
Values are not in the entries: "changes" holds keyed commitments, so nothing here tells what a person wrote.
No checkpoint and no anchor is in this bundle: it proves that it is whole, not when it was made.
"""


def write_bundle(session: Session, target: IO[bytes], now: datetime) -> int:
    """A zip with the whole log, in one consistent read; returns how many entries it holds."""
    head = session.scalars(select(AuditHead)).one()
    frontier = tuple(bytes.fromhex(node) for node in head.frontier)
    about = {"size": head.size, "root": root(frontier).hex(), "frontier": head.frontier, "exported_at": now.isoformat()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("README.txt", README.format(at=now.isoformat(timespec="seconds"), size=head.size))
        bundle.writestr("head.json", json.dumps(about, indent=1) + "\n")
        with bundle.open("entries.jsonl", "w", force_zip64=True) as lines:
            for entry in _in_the_tree(session, head):
                lines.write(entry + b"\n")
    return head.size


def _in_the_tree(session: Session, head: AuditHead) -> Iterator[bytes]:
    """The bytes behind each leaf; a number that was taken by a forged row has the line that stands for it."""
    skipped = set(head.skipped)
    query = select(AuditEntry.seq, AuditEntry.entry).where(AuditEntry.seq < head.size).order_by(AuditEntry.seq)
    number = 0
    for row in session.execute(query.execution_options(yield_per=AT_ONCE)):
        if row.seq in skipped:
            continue
        while number in skipped:
            yield gap(number)
            number += 1
        yield row.entry
        number = row.seq + 1
