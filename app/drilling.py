"""A drill: a backup is brought back to a place of its own, held against what lies outside, read, and thrown away."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.backing_up import DATA_KEY, DATABASE, alone_in_a_room
from app.restoring import load, opened, require_log, unpack
from core.audit.checkpoints import known_keys
from core.audit.models import AuditEntry, AuditValue
from core.audit.note import open_checkpoint, unverified
from core.audit.note_keys import BadNote, VerifierKey
from core.audit.proof_models import AuditCheckpoint
from core.audit.values import opened as value_of
from core.audit.verify import verify
from core.backup.databases import beside_postgresql
from core.crypto import CannotOpen
from core.files import StoredFile, file_content
from core.keys import CaseKey, data_key
from core.settings import Settings
from identity.models import User
from incidents.models import Incident

SAMPLE = 50
LARGEST = 2**20  # bytes of a file that is opened on trial
NOTE_AT_MOST = 10_000


@dataclass(frozen=True)
class Step:
    """One thing that was tried, and how it went, in words."""

    name: str
    well: bool
    text: str


def drill(
    settings: Settings,
    source: Path,
    private: str,
    now: datetime,
    anchors: Path | None = None,
    pinned: VerifierKey | None = None,
    known_data_key: Path | None = None,
) -> Iterator[Step]:
    """Each step as it is done. Nothing stays, and the installation itself is not touched.

    Raises:
        WrongSettings, WrongPrivateKey, Damaged, Missing: as a restore, and then it has failed.
    """
    with alone_in_a_room(settings) as room:
        about = unpack(settings, source, private, room, known_data_key)
        made = datetime.fromisoformat(about["made_at"])
        ago = f"{(now - made).total_seconds() / 3600:.1f} hours ago"
        yield Step(
            "backup", True, f"It opens; every part is what the manifest says. Made {made:%Y-%m-%d %H:%M} UTC, {ago}."
        )
        with _place(settings, about["kind"], room) as url:
            load(about, room, url)
            yield Step("database", True, f"It is whole, and up to date (it came as {about['schema']}).")
            with opened(url, room / DATA_KEY) as database:
                verdict = require_log(database, about)
                yield Step("log", True, f"All {verdict.size} entries match, and so does every checkpoint in it.")
                with database.reading() as session:
                    yield from _outside(session, anchors, pinned, verdict.size)
                    yield _sample(session)


@contextmanager
def _place(settings: Settings, kind: str, room: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{room / DATABASE['sqlite']}"
        return
    with beside_postgresql(settings.database, secrets.token_hex(4)) as url:
        yield url


def _outside(session: Session, anchors: Path | None, pinned: VerifierKey | None, size: int) -> Iterator[Step]:
    """The notes that somebody else keeps: none may say anything else of a size that this log has."""
    if anchors is None:
        yield Step("anchors", True, "Not looked at: name the folder with --anchor.")
        return
    notes = [text for text in map(_note, sorted(anchors.rglob("*"))) if text]
    later = [text for text in notes if unverified(text).size > size]
    wrong = [text for text in notes if text not in later and not _agrees(session, text, pinned)]
    held = max((unverified(text).size for text in notes if text not in later), default=0)
    if not notes:
        yield Step("anchors", False, "There is no checkpoint in that folder.")
    elif wrong:
        yield Step("anchors", False, f"{len(wrong)} of {len(notes)} checkpoints say something else of this log. "
                                     "It is not the one that was signed.")  # fmt: skip
    else:
        whose = "the key given" if pinned else "the keys that the backup itself names; give --log-key to pin one"
        yield Step("anchors", held > 0, f"{len(notes) - len(later)} checkpoints agree, the last of entry {held}; "
                                        f"{len(later)} are later than this backup. Signed by {whose}.")  # fmt: skip


def _note(file: Path) -> str:
    """The text of a checkpoint; empty for other files."""
    try:
        if not file.is_file() or file.stat().st_size > NOTE_AT_MOST:
            return ""
        unverified(text := file.read_bytes().decode())
    except (OSError, UnicodeDecodeError, BadNote):
        return ""
    return text


def _agrees(session: Session, note: str, pinned: VerifierKey | None) -> bool:
    try:
        open_checkpoint(note, [pinned] if pinned else known_keys(session))
    except BadNote:
        return False
    known = session.scalar(select(AuditCheckpoint.id).where(AuditCheckpoint.note == note).limit(1))
    return known is not None or verify(session, kept=note).result == "ok"


def _sample(session: Session) -> Step:
    """Keys, values and files chosen by chance: that they open is what a restore is for."""
    keys = select(CaseKey.case_id).where(CaseKey.erased_at.is_(None)).order_by(func.random()).limit(SAMPLE)
    cases = list(session.scalars(keys))
    values = select(AuditValue, AuditEntry).join(AuditEntry, AuditEntry.seq == AuditValue.seq)
    lying = select(CaseKey.case_id).where(CaseKey.erased_at.is_(None))
    some = values.where(AuditEntry.case_id.in_(lying)).order_by(func.random()).limit(SAMPLE)
    files = select(StoredFile).where(StoredFile.size <= LARGEST, StoredFile.case_id.in_(lying))
    read = 0
    try:
        for case in cases:
            data_key(session, case, make=False)
        for value, entry in session.execute(some):
            read += 1 if value_of(session, entry, value) is not None else 0
        tried = session.scalars(files.order_by(func.random()).limit(5)).all()
        read += sum(1 for file in tried if len(file_content(session, file)) == file.size)
    except CannotOpen as closed:
        return Step("sample", False, f"Something does not open: {closed}")
    counts = [session.scalar(select(func.count()).select_from(table)) for table in (Incident, StoredFile, User)]
    there = f"{counts[0]} cases, {counts[1]} files, {counts[2]} people"
    return Step(
        "sample", True, f"{len(cases)} keys, {read} values and files opened, chosen by chance. There are {there}."
    )
