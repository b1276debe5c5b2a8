"""What a bundle for an outsider holds besides entries: the signed notes, and what is known of their anchors.

Keys and origin are not in it on purpose: whoever checks a bundle must have them from somewhere else.
"""

import json
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.audit.anchors import HELD, TSA
from core.audit.checkpoints import instance
from core.audit.proof_models import AuditAnchor, AuditCheckpoint

AT_ONCE = 1000
HOW = """\
How to check it, on any machine with Python 3.11 or newer and without Vaka:
  1. Ask the company for vaka_verify.py, the origin and the key of the log on another way than this file: on paper, by
     telephone, from a mail of last year. What comes with the bundle proves nothing about the bundle.
  2. python3 -m venv check && check/bin/pip install cryptography
  3. check/bin/python vaka_verify.py {name} --origin ORIGIN --key KEY
  4. It says "unanchored" and ends with 3: whole, but only the company vouches for it. Put what you have kept into a
     folder (notes, mails with notes, time-stamps) and add: --anchor FOLDER. For the time-stamps in this bundle add the
     certificates of their authority: --tsa-ca PEM. Then it says "ok" and ends with 0.
  5. If it ends with 1, the first thing that is wrong is named. Keep the bundle, and tell the company's auditor.
Values are not in the entries: "changes" holds keyed commitments, so nothing here tells what a person wrote.
"""


def of_this_line(session: Session) -> Select[AuditCheckpoint]:
    """The checkpoints under the origin that signs now, smallest first; those of a line before have another name."""
    origin = instance(session).vkey.partition("+")[0]
    mine = AuditCheckpoint.note.startswith(f"{origin}\n", autoescape=True)
    return select(AuditCheckpoint).where(mine).order_by(AuditCheckpoint.size, AuditCheckpoint.id)


def note_name(point: AuditCheckpoint) -> str:
    return f"{point.size:012}-{point.id}"


def add_notes(bundle: zipfile.ZipFile, session: Session, points: Iterable[AuditCheckpoint]) -> None:
    """`checkpoints/`, `anchors/tsa/` and `anchors/held.jsonl`: where each note is held, as far as the service knows."""
    names: dict[int, str] = {}
    for point in points:
        names[point.id] = note_name(point)
        bundle.writestr(f"checkpoints/{note_name(point)}.note", point.note)
    held, wanted = [], sorted(names)
    for first in range(0, len(wanted), AT_ONCE):
        some = AuditAnchor.checkpoint_id.in_(wanted[first : first + AT_ONCE])
        for anchor in session.scalars(
            select(AuditAnchor).where(some, AuditAnchor.state == HELD).order_by(AuditAnchor.id)
        ):
            name = names[anchor.checkpoint_id]
            held.append({"note": name, "kind": anchor.kind, "place": anchor.place, "at": _moment(anchor.at)})
            if anchor.kind == TSA and anchor.evidence:
                bundle.writestr(f"anchors/tsa/{name}.tsr", anchor.evidence)
    if held:
        bundle.writestr("anchors/held.jsonl", "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in held))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
