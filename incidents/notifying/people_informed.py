"""What the authority asks once people have been told (Art. 34): since when, how, whether all, and in which words."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.organisation import organisation
from incidents.case_notes import NoteKind, note_text, notes
from incidents.informing.accounting import told_beside_case
from incidents.informing.public_notice import version_without_name
from incidents.informing.sending import missing_number
from incidents.informing.writing import letter_of
from incidents.models import Incident
from incidents.notifying.template_codes import Filled
from incidents.states import PeopleTrack
from notifications.letters.models import Mailing
from notifications.letters.reach import first_told, ways_told

SENT = frozenset({PeopleTrack.SENT, PeopleTrack.DONE})
PUBLIC = "public"


def informed(session: Session, incident: Incident, lang: str) -> Filled:
    """Nothing while nobody has been told."""
    began = first_told(session, incident.id)
    if began is None:
        return {}
    mailings = _approved(session, incident)
    everybody = _everybody(session, incident, mailings)
    return {
        97: "yes",
        98: _day(session, began),
        102: "all" if everybody else "not_all",
        103: "" if everybody else _why_not(session, incident),
        104: "public" if ways_told(session, incident.id) == {PUBLIC} else "individual",
        106: _text(session, mailings, lang),
    }


def _approved(session: Session, incident: Incident) -> list[Mailing]:
    query = select(Mailing).where(Mailing.incident_id == incident.id, Mailing.approved_at.is_not(None))
    return list(session.scalars(query.order_by(Mailing.number.desc())))


def _everybody(session: Session, incident: Incident, mailings: Iterable[Mailing]) -> bool:
    found = told_beside_case(session, incident)
    sent = all(mailing.state in SENT and not missing_number(session, mailing) for mailing in mailings)
    return sent and not (found and found.fewer)


def _why_not(session: Session, incident: Incident) -> str:
    """As somebody has written beside the two numbers."""
    said = (note for note in notes(session, incident) if note.kind == NoteKind.DIFFERENCE)
    return next((note_text(session, note) for note in said), "")


def _text(session: Session, mailings: Iterable[Mailing], lang: str) -> str:
    """The letter as everybody may read it."""
    letter = next((letter_of(session, mailing) for mailing in mailings), None)
    return "\n\n".join(version_without_name(letter, lang)) if letter and lang in letter.versions else ""


def _day(session: Session, at: datetime) -> str:
    return at.astimezone(ZoneInfo(organisation(session).zone)).date().isoformat()
