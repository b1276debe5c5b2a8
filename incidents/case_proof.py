"""The log of one case as a bundle that proves it to an outsider and shows no other entry.

Each entry comes with its audit path (RFC 6962 section 2.1.1) to the root of a signed checkpoint, and each earlier
checkpoint that is held outside with its consistency proof (2.1.2) to the same root. That none of the case's entries was
left out cannot be proved this way; only the whole log shows that.

The values of the entries stay in the service. They are committed to under the key of the case: whoever had that key
could try guesses (a name, a personal number) against every commitment of the case, also of values that were erased.
Show a value on the page of its entry, where it is held against its commitment, or give it in another letter.
"""

import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlalchemy import ColumnElement, case, select, true
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit.anchors import FOLDER, HELD
from core.audit.bundle import HOW, add_notes, of_this_line
from core.audit.kept_roots import roots_by_kept
from core.audit.models import AuditEntry, AuditHead
from core.audit.proof_models import AuditAnchor, AuditCheckpoint
from core.audit.proofs import Range, consistency_ranges, consistent, includes, inclusion_ranges
from core.audit.sight import not_hidden_from
from core.audit.subtrees import leaves_of, subtree_roots
from core.audit.tree import leaf_hash
from core.errors import N_, DomainError
from incidents.models import Incident
from incidents.sealed import may_read_entry

MOST_NOTES = 1000
NOT_SIGNED = N_("The log of this case is not signed yet. Wait a minute and try again.")
DIFFERS = N_("The log is not the one that was signed. Check the log before you give anything of it away.")
README = """\
This is the log of the case {reference}, exported at {at}: {count} entries out of a log of {size}.

{how}
entries.jsonl      the entries of the case that the one who exported them may read: the exact bytes that were hashed
paths.jsonl        the audit path of each, nearest hash first (RFC 6962 section 2.1.1), to the root in case.json
consistency.jsonl  how the log of each earlier note grew into that root (section 2.1.2)
checkpoints/       the signed notes, anchors/ what is known of where they are held
It proves that these entries stand in the signed log. It does not prove that the case has no other.
"""


class NoProof(DomainError):
    status = 409
    title = N_("The log of this case cannot be proved now")


@dataclass(frozen=True)
class Proof:
    """What goes into the bundle: lines of entries, and the note whose root they lead to, with those before it."""

    entries: list[tuple[int, bytes]]
    point: AuditCheckpoint
    earlier: list[AuditCheckpoint]
    roots: dict[Range, bytes]

    def path(self, ranges: list[Range]) -> tuple[bytes, ...]:
        return tuple(self.roots[part] for part in ranges)

    def holds(self) -> bool:
        """Whether each path leads to the root that was signed."""
        size, signed = self.point.size, bytes.fromhex(self.point.root)
        return all(
            includes(seq, size, leaf_hash(entry), self.path(inclusion_ranges(seq, size)), signed)
            for seq, entry in self.entries
        ) and all(
            consistent(one.size, size, bytes.fromhex(one.root), signed, self.path(consistency_ranges(one.size, size)))
            for one in self.earlier
        )


def readable(actor: Actor) -> ColumnElement[bool]:
    """What this reader may see of a case that they may see."""
    return not_hidden_from(actor.id) & may_read_entry(actor)


def write_case_bundle(
    session: Session, incident: Incident, target: IO[bytes], now: datetime, sees: ColumnElement[bool] | None = None
) -> int:
    """A zip with the signed entries of a case (all of them when `sees` is not given); returns how many.

    Raises:
        NoProof: nothing of the case is signed yet, or the log does not lead to what was signed.
    """
    proof = _prove(session, incident, true() if sees is None else sees)
    size, name = proof.point.size, f"{incident.reference}-log.zip"
    about = {"reference": incident.reference, "case": incident.id, "size": size, "root": proof.point.root,
             "entries": len(proof.entries), "exported_at": now.isoformat()}  # fmt: skip
    paths = [{"path": _hex(proof.path(inclusion_ranges(seq, size))), "seq": seq} for seq, _ in proof.entries]
    steps = {point.size: {"path": _hex(proof.path(consistency_ranges(point.size, size))), "size": point.size}
             for point in proof.earlier if point.size < size}  # fmt: skip
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        readme = README.format(reference=incident.reference, at=now.isoformat(timespec="seconds"), size=size,
                               count=len(proof.entries), how=HOW.format(name=name))  # fmt: skip
        bundle.writestr("README.txt", readme)
        bundle.writestr("case.json", json.dumps(about, indent=1) + "\n")
        bundle.writestr("entries.jsonl", b"".join(entry + b"\n" for _, entry in proof.entries))
        bundle.writestr("paths.jsonl", _lines(paths))
        bundle.writestr("consistency.jsonl", _lines(list(steps.values())))
        add_notes(bundle, session, [*proof.earlier, proof.point])
    return len(proof.entries)


def _prove(session: Session, incident: Incident, sees: ColumnElement[bool]) -> Proof:
    head = session.scalars(select(AuditHead)).one()
    newest = of_this_line(session).order_by(None).order_by(AuditCheckpoint.size.desc(), AuditCheckpoint.id.desc())
    point = session.scalars(newest.where(AuditCheckpoint.size <= head.size).limit(1)).one_or_none()
    size = point.size if point else 0
    mine = select(AuditEntry.seq, AuditEntry.entry).where(
        AuditEntry.case_id == incident.id, AuditEntry.seq < size, sees
    )
    entries = [(row.seq, row.entry) for row in session.execute(mine.order_by(AuditEntry.seq))]
    if point is None or not entries:
        raise NoProof(NOT_SIGNED)
    earlier = _held_before(session, point, entries[0][0])
    wanted = {part for seq, _ in entries for part in inclusion_ranges(seq, size)}
    wanted |= {part for one in earlier for part in consistency_ranges(one.size, size)}
    kept = roots_by_kept(session, wanted, size, head.skipped)
    if kept and (proof := Proof(entries, point, earlier, kept)).holds():
        return proof
    roots = subtree_roots(leaves_of(session, size, head.skipped), wanted)
    if roots.get((0, size), b"").hex() != point.root:
        raise NoProof(DIFFERS)
    return Proof(entries, point, earlier, roots)


def _held_before(session: Session, point: AuditCheckpoint, first: int) -> list[AuditCheckpoint]:
    """The checkpoints that a place outside holds and that vouch for entries of the case: those that were mailed or have
    a time-stamp before those of the folder, of which there is one a minute; of each the newest."""
    held = select(AuditAnchor.id).where(AuditAnchor.checkpoint_id == AuditCheckpoint.id, AuditAnchor.state == HELD)
    between = (AuditCheckpoint.size > first, AuditCheckpoint.size <= point.size, AuditCheckpoint.id != point.id)
    query = of_this_line(session).where(*between, held.exists()).order_by(None)
    rare = case((held.where(AuditAnchor.kind != FOLDER).exists(), 0), else_=1)
    newest_first = query.order_by(rare, AuditCheckpoint.size.desc(), AuditCheckpoint.id.desc())
    return sorted(session.scalars(newest_first.limit(MOST_NOTES)), key=lambda one: (one.size, one.id))


def _hex(path: tuple[bytes, ...]) -> list[str]:
    return [node.hex() for node in path]


def _lines(found: list[dict[str, object]]) -> str:
    return "".join(json.dumps(one, separators=(",", ":"), sort_keys=True) + "\n" for one in found)
