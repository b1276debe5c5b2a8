"""A similar case in words: why it is alike, and what became of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_
from core.i18n import date_only, translate
from incidents.case_notes import NoteKind, note_text
from incidents.catalogue import catalogue
from incidents.causes.known import Catalogue
from incidents.classification import DATA_LABELS, GROUP_LABELS, DataCategory, SubjectGroup
from incidents.likeness import SENTENCES, Alike, Likeness
from incidents.models import CaseNote, Incident
from incidents.queries import visible
from incidents.severity_models import SeverityStatement
from incidents.states import AUTHORITY_TOLD, AuthorityTrack, PeopleTrack, State, label
from risk.words import BANDS

SETTLED = frozenset({State.IN_REMEDY, State.CLOSED})  # before that a score is sealed for those who still assess
PEOPLE_TOLD = frozenset({PeopleTrack.SENT, PeopleTrack.DONE})


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """What templates/similar/box.html reads. `lesson` is empty until the case is closed, and for who reads no texts."""

    id: str
    reference: str
    href: str
    title: str
    state: str
    when: str
    why: str
    outcome: tuple[tuple[str, str], ...]
    lesson: str


def shown(session: Session, actor: Actor, found: Mapping[str, Likeness], lang: str, zone: str) -> list[SimilarCase]:
    """In the order of `found`."""
    rows = {row.id: row for row in session.scalars(visible(actor).where(Incident.id.in_(found)))}
    bands, lessons, known = _bands(session, found), _lessons(session, actor, found), catalogue(session)
    return [
        SimilarCase(
            id=row.id,
            reference=row.reference,
            href=row.path,
            title=row.title or translate(lang, N_("Report without a title")),
            state=translate(lang, label(State(row.state))),
            when=date_only(row.reported_at, lang, zone),
            why=_why(found[row.id], known, lang),
            outcome=_outcome(row, bands.get(row.id, ""), lang),
            lesson=lessons.get(row.id, "") if row.state == State.CLOSED else "",
        )
        for row in (rows[one] for one in found if one in rows)
    ]


def _why(alike: Likeness, known: Catalogue, lang: str) -> str:
    """`same cause, same system (kundregistret)`."""
    parts = []
    for thing, shared in alike.because:
        words = ", ".join(_word(thing, one, known, lang) for one in shared)
        parts.append(translate(lang, SENTENCES[thing]) + (f" ({words})" if words else ""))
    return ", ".join(parts)


def _word(thing: Alike, code: str, known: Catalogue, lang: str) -> str:
    match thing:
        case Alike.FURTHER:
            cause = known.get(code)
            return cause.label.in_(lang) if cause else code
        case Alike.DATA:
            return translate(lang, DATA_LABELS[DataCategory(code)])
        case Alike.GROUPS:
            return translate(lang, GROUP_LABELS[SubjectGroup(code)])
    return code


def _outcome(row: Incident, band: str, lang: str) -> tuple[tuple[str, str], ...]:
    """None while a commission may still have to confirm what was decided in advance."""
    if row.state == State.DECIDED:
        return ()
    pairs = [
        (N_("Authority"), _told(AuthorityTrack(row.authority_track), AUTHORITY_TOLD, AuthorityTrack.NOT_REQUIRED)),
        (N_("People affected"), _told(PeopleTrack(row.people_track), PEOPLE_TOLD, PeopleTrack.NOT_REQUIRED)),
        (N_("Severity"), BANDS.get(band, "") if row.state in SETTLED else ""),
    ]
    return tuple((translate(lang, word), translate(lang, value)) for word, value in pairs if value)


def _told(track: str, told: Collection[str], not_required: str) -> str:
    if track in told:
        return N_("told")
    return N_("not told: it was not required") if track == not_required else N_("not told yet")


def _bands(session: Session, ids: Collection[str]) -> dict[str, str]:
    """The band of the latest statement of each case."""
    query = select(SeverityStatement.incident_id, SeverityStatement.band).where(
        SeverityStatement.incident_id.in_(list(ids))
    )
    return {row.incident_id: row.band for row in session.execute(query.order_by(SeverityStatement.version))}


def _lessons(session: Session, actor: Actor, ids: Collection[str]) -> dict[str, str]:
    """What was learnt; what people wrote is not for those who only write or release letters."""
    readable = visible(actor, Operation.READ_COMMISSION).with_only_columns(Incident.id)
    query = select(CaseNote).where(CaseNote.incident_id.in_(list(ids)), CaseNote.kind == NoteKind.LESSON,
                                   CaseNote.incident_id.in_(readable))  # fmt: skip
    return {
        note.incident_id: note_text(session, note) for note in session.scalars(query.order_by(CaseNote.recorded_at))
    }
