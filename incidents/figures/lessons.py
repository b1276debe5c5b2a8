"""What was learnt: the lessons of the cases that count for one reader, word for word, the newest first."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from incidents.case_notes import NoteKind, note_text
from incidents.figures.reading import counted
from incidents.models import CaseNote, Incident
from incidents.register.asking import Asked

MOST = 50


@dataclass(frozen=True, slots=True)
class Lesson:
    reference: str
    title: str
    text: str


def lessons(session: Session, actor: Actor, asked: Asked, zone: str) -> tuple[Lesson, ...]:
    """At most so many; of an erased case none is left."""
    query = select(CaseNote, Incident.reference, Incident.title).join(Incident, Incident.id == CaseNote.incident_id)
    found = query.where(counted(actor, asked, zone), CaseNote.kind == NoteKind.LESSON, Incident.erased_at.is_(None))
    rows = session.execute(found.order_by(CaseNote.recorded_at.desc(), CaseNote.id).limit(MOST))
    return tuple(Lesson(reference, title, note_text(session, note)) for note, reference, title in rows)
