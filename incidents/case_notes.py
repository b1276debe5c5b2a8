"""What people write down about a case: sealed, with the moment it happened beside the moment it was recorded."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.db import new_id
from core.errors import N_
from core.keys import seal, unseal
from incidents.models import CaseNote, Incident


class NoteKind(StrEnum):
    NOTE = "note"
    CONTAINED = "contained"
    NOT_CONTAINED = "not_contained"
    HANDED_BACK = "handed_back"
    LESSON = "lesson"
    UNCHANGED = "unchanged"
    REOPENED = "reopened"
    DIFFERENCE = "difference"


NOTE_TITLES = {
    NoteKind.NOTE: N_("{who} added an event"),
    NoteKind.CONTAINED: N_("{who} wrote that it has been stopped"),
    NoteKind.NOT_CONTAINED: N_("{who} wrote that it is going on again"),
    NoteKind.HANDED_BACK: N_("{who} handed the case back"),
    NoteKind.LESSON: N_("{who} wrote down a lesson"),
    NoteKind.UNCHANGED: N_("{who} wrote why no risk and no control changes"),
    NoteKind.REOPENED: N_("{who} opened the case again"),
    NoteKind.DIFFERENCE: N_("{who} wrote why the people told are not as many as the case says"),
}


def write_note(
    session: Session, actor: Actor, incident: Incident, kind: NoteKind, text: str, happened_at: datetime, now: datetime
) -> CaseNote:
    """Seal one note and put it into the story."""
    note = CaseNote(
        id=new_id(),
        incident_id=incident.id,
        author_id=actor.id,
        kind=kind,
        happened_at=happened_at,
        recorded_at=now,
    )
    note.text_sealed = seal(session, incident.id, f"case_note.text:{note.id}", text)
    session.add(note)
    return note


def note_text(session: Session, note: CaseNote) -> str:
    return unseal(session, note.incident_id, f"case_note.text:{note.id}", note.text_sealed)


def notes(session: Session, incident: Incident) -> list[CaseNote]:
    query = select(CaseNote).where(CaseNote.incident_id == incident.id)
    return list(session.scalars(query.order_by(CaseNote.happened_at.desc(), CaseNote.id.desc())))


def latest_notes(session: Session, ids: Collection[str], *kinds: NoteKind) -> dict[tuple[str, str], datetime]:
    """Incident id and kind -> when the last note of that kind was written."""
    query = select(CaseNote.incident_id, CaseNote.kind, func.max(CaseNote.recorded_at).label("at"))
    mine = query.where(CaseNote.incident_id.in_(ids), CaseNote.kind.in_(kinds))
    rows = session.execute(mine.group_by(CaseNote.incident_id, CaseNote.kind))
    return {(row.incident_id, row.kind): row.at for row in rows}
