"""The whole log as a bundle that an outsider can check without Vaka (interface.md, Log bundle)."""

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO

from sqlalchemy import LargeBinary, cast, select
from sqlalchemy.orm import Session

from core.audit.bundle import HOW, add_notes, of_this_line
from core.audit.gaps import gap
from core.audit.head import frontier_of
from core.audit.models import AuditEntry, AuditHead
from core.audit.proof_models import AuditCheckpoint
from core.audit.subtrees import leaves_of
from core.audit.tree import root

AT_ONCE = 2000
MARK = 8  # bytes of a leaf hash: enough to place an edit
README = """\
This is the audit log of a Vaka installation, exported at {at}: {size} entries.

{how}
entries.jsonl   one entry a line, the exact bytes that were hashed, in order; "seq" counts 0, 1, 2 ... without a gap. A
                line with "skipped": true stands for a number where somebody had put a row of their own.
head.json       size of the log and its root at the moment of the export
checkpoints/    the signed notes (c2sp.org/tlog-checkpoint), anchors/ what is known of where they are held
leaves.bin      the first 8 bytes of each leaf hash as the service has it; they place an edit, and prove nothing
By hand: leaf = SHA-256(byte 00, line without its break), node = SHA-256(byte 01, left, right), RFC 6962 section 2.1.
"""


def write_bundle(session: Session, target: IO[bytes], now: datetime, name: str = "vaka-log.zip") -> int:
    """A zip with the whole log as its head says; returns how many entries it holds. What is added meanwhile is left."""
    head = session.scalars(select(AuditHead)).one()
    frontier = frontier_of(head)
    about = {"size": head.size, "root": root(frontier).hex(), "frontier": head.frontier, "exported_at": now.isoformat()}
    how = HOW.format(name=name)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        readme = README.format(at=now.isoformat(timespec="seconds"), size=head.size, how=how)
        bundle.writestr("README.txt", readme)
        bundle.writestr("head.json", json.dumps(about, indent=1) + "\n")
        with bundle.open("entries.jsonl", "w", force_zip64=True) as lines:
            for entry in _in_the_tree(session, head):
                lines.write(entry + b"\n")
        with bundle.open(_stored("leaves.bin"), "w", force_zip64=True) as marks:
            for leaf in leaves_of(session, head.size, head.skipped):
                marks.write(leaf[:MARK])
        points = of_this_line(session).where(AuditCheckpoint.size <= head.size)
        add_notes(bundle, session, session.scalars(points.execution_options(yield_per=AT_ONCE)))
    return head.size


def _stored(name: str) -> zipfile.ZipInfo:
    """Hashes do not get smaller by packing."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_STORED
    return info


def _in_the_tree(session: Session, head: AuditHead) -> Iterator[bytes]:
    """The bytes behind each leaf; a number that was taken by a forged row has the line that stands for it."""
    skipped = set(head.skipped)
    entry = cast(AuditEntry.entry, LargeBinary).label("entry")
    query = select(AuditEntry.seq, entry).where(AuditEntry.seq < head.size).order_by(AuditEntry.seq)
    number = 0
    for row in session.execute(query.execution_options(yield_per=AT_ONCE)):
        if row.seq in skipped:
            continue
        while number in skipped:
            yield gap(number)
            number += 1
        yield row.entry
        number = row.seq + 1
