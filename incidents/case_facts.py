"""What is known about cases at this moment, gathered from their rows for the advice, the header and the queue."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from incidents.case_notes import NoteKind, latest_notes
from incidents.case_rounds import Round, rounds
from incidents.case_waits import NOTHING, Waits, waits
from incidents.models import Incident, IncidentClock
from incidents.next_step import CaseFacts
from incidents.states import AuthorityTrack, Containment, PeopleTrack, State
from incidents.urgency import Urgency, urgency
from risk.register.links import leading_to_changes

HOUSE = "house"  # the regime of our own rules: its clocks alarm, but they are no legal deadline


@dataclass(frozen=True, slots=True)
class Known:
    """One case as the advice sees it, its latest commission, and what it waits for."""

    facts: CaseFacts
    commission: Round | None
    waits: Waits = NOTHING


def legal_clock(incident: Incident) -> IncidentClock | None:
    """The open legal clock that ends first; the law's earliest deadline is the one that is shown."""
    running = [clock for clock in incident.clocks if clock.regime != HOUSE and clock.stopped_at is None]
    return min((clock for clock in running if clock.due_at), key=lambda clock: clock.ends_at, default=None)


def level_of(clock: IncidentClock, now: datetime) -> Urgency:
    return urgency(clock.ends_at - now)


def gather(session: Session, actor: Actor, incident: Incident, now: datetime) -> Known:
    """The facts behind the single next best action (incidents/next_step.py)."""
    return gather_all(session, actor, [incident], now)[incident.id]


def gather_all(session: Session, actor: Actor, incidents: Collection[Incident], now: datetime) -> dict[str, Known]:
    """The same for a page of the queue, with as many queries as for one case."""
    ids = [incident.id for incident in incidents]
    latest = rounds(session, actor, ids)
    written = latest_notes(session, ids, NoteKind.LESSON, NoteKind.UNCHANGED, NoteKind.REOPENED)
    linked = leading_to_changes(session, ids)
    waiting = waits(session, actor, incidents)
    return {
        one.id: Known(_facts(one, found, written, linked, waiting[one.id], now), found, waiting[one.id])
        for one, found in ((one, latest.get(one.id)) for one in incidents)
    }


def _facts(
    incident: Incident, commission: Round | None, written: Mapping[tuple[str, str], datetime], linked: Collection[str],
    waiting: Waits, now: datetime,
) -> CaseFacts:  # fmt: skip
    clock = legal_clock(incident)
    return CaseFacts(
        State(incident.state),
        authority=AuthorityTrack(incident.authority_track),
        people=PeopleTrack(incident.people_track),
        containment=Containment(incident.containment),
        still_going_on=incident.still_going_on == "yes",
        reopened=_unread(incident, written.get((incident.id, NoteKind.REOPENED))),
        classified=incident.classified_at is not None,
        asked_to_assess=commission is not None and commission.awaits_me,
        quorum_reached=commission is not None and commission.quorate,
        lesson_written=(incident.id, NoteKind.LESSON) in written,
        change_named=incident.id in linked or (incident.id, NoteKind.UNCHANGED) in written,
        to_sign=waiting.to_sign is not None,
        asked_opinion=waiting.opinion,
        awaits=waiting.kinds,
        informs=waiting.informs,
        quorum_lost=commission is not None and not commission.can_finish,
        numbers_differ=waiting.difference is not None,
        notice_mail=waiting.notice_mail,
        others_wait=waiting.others,
        left=clock.ends_at - now if clock else None,
    )


def _unread(incident: Incident, reopened_at: datetime | None) -> bool:
    """Reopened, and nobody has looked at the classification since."""
    return reopened_at is not None and (incident.classified_at is None or incident.classified_at < reopened_at)
