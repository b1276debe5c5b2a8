"""What lies behind the rows of the register, table by table, for many cases at once."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.assessing.departing import DEPARTURE, DEPARTURE_BY_CHAIR
from incidents.case_notes import NoteKind
from incidents.commission_models import Assessment, Commission, Decision
from incidents.erasing_models import ErasedPart
from incidents.models import CaseNote, Countersign, IncidentClock
from incidents.next_step import DISMISSAL
from incidents.severity_models import SeverityStatement
from notifications.letters.reach import first_told_among, told
from notifications.notice_models import Filing

GDPR, WHOLE = "gdpr", "case"
Ids = Collection[str]


@dataclass(frozen=True, slots=True)
class Behind:
    """Case id -> what belongs to it; of several the latest that counts."""

    decisions: dict[str, Decision]
    departures: dict[str, Countersign]
    dismissals: dict[str, Countersign]
    stated: dict[str, SeverityStatement]
    consequences: dict[str, list[str]]
    notes: dict[tuple[str, str], list[CaseNote]]
    clocks: dict[tuple[str, str], IncidentClock]
    notified: dict[str, datetime]
    informed: dict[str, datetime]
    told: dict[str, int]
    kept: dict[str, dict[str, Any]]

    @property
    def people(self) -> Iterator[str | None]:
        """Everybody who decided or signed."""
        yield from (one.signed_by for one in self.decisions.values())
        for step in (*self.departures.values(), *self.dismissals.values()):
            yield from (step.proposed_by, step.decided_by)


def gather(session: Session, ids: Ids) -> Behind:
    signed = _signed(session, ids)
    return Behind(
        decisions=_decisions(session, ids),
        departures={case: step for (case, kind), step in signed.items() if kind != DISMISSAL},
        dismissals={case: step for (case, kind), step in signed.items() if kind == DISMISSAL},
        stated=_stated(session, ids),
        consequences=_consequences(session, ids),
        notes=_notes(session, ids),
        clocks=clocks_of(session, ids),
        notified=notified_at(session, ids),
        informed=first_told_among(session, ids),
        told=told(session, ids),
        kept=_kept(session, ids),
    )


def _decisions(session: Session, ids: Ids) -> dict[str, Decision]:
    """In force, and refused by nobody."""
    binding = (Decision.in_force_at.is_not(None), Decision.refused_at.is_(None))
    query = select(Decision).where(Decision.incident_id.in_(ids), *binding).order_by(Decision.round)
    return {one.incident_id: one for one in session.scalars(query)}


def _signed(session: Session, ids: Ids) -> dict[tuple[str, str], Countersign]:
    kinds = (DISMISSAL, DEPARTURE, DEPARTURE_BY_CHAIR)
    query = select(Countersign).where(
        Countersign.incident_id.in_(ids), Countersign.kind.in_(kinds), Countersign.state == "signed"
    )
    return {(one.incident_id, one.kind): one for one in session.scalars(query.order_by(Countersign.decided_at))}


def _stated(session: Session, ids: Ids) -> dict[str, SeverityStatement]:
    query = select(SeverityStatement).where(SeverityStatement.incident_id.in_(ids))
    return {one.incident_id: one for one in session.scalars(query.order_by(SeverityStatement.version))}


def _consequences(session: Session, ids: Ids) -> dict[str, list[str]]:
    """What the members of the latest commission that has answered saw coming, each once."""
    rows = session.execute(
        select(Commission.incident_id, Commission.round, Assessment.consequences)
        .join(Commission, Commission.id == Assessment.commission_id)
        .where(Commission.incident_id.in_(ids), Commission.outcome != "", Assessment.superseded_at.is_(None))
        .order_by(Commission.round.desc(), Assessment.submitted_at)
    )
    found: dict[str, tuple[int, dict[str, None]]] = {}
    for case, number, codes in rows:
        latest, seen = found.setdefault(case, (number, {}))
        if number == latest:
            seen.update(dict.fromkeys(codes))
    return {case: list(seen) for case, (_, seen) in found.items()}


def _notes(session: Session, ids: Ids) -> dict[tuple[str, str], list[CaseNote]]:
    kinds = (NoteKind.CONTAINED, NoteKind.LESSON)
    query = select(CaseNote).where(CaseNote.incident_id.in_(ids), CaseNote.kind.in_(kinds))
    found: dict[tuple[str, str], list[CaseNote]] = {}
    for note in session.scalars(query.order_by(CaseNote.happened_at, CaseNote.id)):
        found.setdefault((note.incident_id, note.kind), []).append(note)
    return found


def _kept(session: Session, ids: Ids) -> dict[str, dict[str, Any]]:
    """The figures that were written down when a case was erased."""
    query = select(ErasedPart.incident_id, ErasedPart.kept).where(
        ErasedPart.incident_id.in_(ids), ErasedPart.part == WHOLE
    )
    return {row[0]: row[1] for row in session.execute(query)}


def clocks_of(session: Session, ids: Ids) -> dict[tuple[str, str], IncidentClock]:
    """Case and duty -> its clock: that of the GDPR, else of the law whose deadline ends first."""
    rows = list(session.scalars(select(IncidentClock).where(IncidentClock.incident_id.in_(ids))))
    rows.sort(key=lambda one: (one.regime != GDPR, one.due_at is None, one.due_at or one.started_at), reverse=True)
    return {(one.incident_id, one.duty): one for one in rows}


def notified_at(session: Session, ids: Ids) -> dict[str, datetime]:
    """When the first part of a notice went to the authority, not to somebody else who is told."""
    query = select(Filing.incident_id, func.min(Filing.filed_at)).where(
        Filing.incident_id.in_(ids), Filing.recipient_id == ""
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(Filing.incident_id))}
