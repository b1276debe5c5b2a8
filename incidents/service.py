"""The first verbs of a case: take it, hand it back, stop the leak, add to its story. They read like the minutes of a
meeting. Classifying, awareness, merging, ending and involvement have files of their own."""

from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.errors import N_, Conflict, Invalid
from incidents.alerts import people_for, tell
from incidents.case_notes import NoteKind, write_note
from incidents.clock_rows import restart, stop, zone_of
from incidents.escalation import Duty
from incidents.models import CaseNote, Incident
from incidents.rules import Anchor
from incidents.states import ENDED, Containment, State, move

TAKEN = N_("Somebody else has already taken the case.")
IN_THE_FUTURE = N_("The time lies in the future. Check the date.")


def take(session: Session, actor: Actor, incident: Incident, now: datetime) -> Incident:
    """Be in charge. Of two people at once one wins: the row is changed only where nobody holds it.

    Raises:
        Conflict: somebody holds the case, or it has ended.
    """
    if incident.state in ENDED:
        raise Conflict(N_("The case has ended. Open it again first."))
    free = or_(Incident.state == State.REPORTED, Incident.owner_id.is_(None))
    won = session.execute(
        update(Incident)
        .where(Incident.id == incident.id, free, Incident.state.not_in(ENDED))
        .values(owner_id=actor.id, state=_once_taken(incident), version=Incident.version + 1)
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Conflict(TAKEN)
    session.refresh(incident)
    stop(incident, Duty.ACKNOWLEDGE, "taken", now)
    record(session, actor, "incident:taken", incident.reference, now, case=incident.id)
    return incident


def hand_back(session: Session, actor: Actor, incident: Incident, reason: str, now: datetime) -> Incident:
    """Let the case go; the ladder starts again for everybody who can take it.

    Raises:
        Conflict: the case is not under review.
    """
    incident.state = move(State(incident.state), State.REPORTED)
    incident.owner_id = None
    restart_ladder(session, incident, now)
    if reason:
        write_note(session, actor, incident, NoteKind.HANDED_BACK, reason, now, now)
    record(session, actor, "incident:handed_back", incident.reference, now, case=incident.id)
    tell_free(session, incident, now)
    return incident


def contain(
    session: Session, actor: Actor, incident: Incident, how: str, stopped_at: datetime, now: datetime
) -> Incident:
    """The leak is stopped: when, and how.

    Raises:
        Conflict: it was stopped already.
        Invalid: the moment lies in the future.
    """
    if stopped_at > now:
        raise Invalid({"contained_at": IN_THE_FUTURE})
    incident.containment = move(Containment(incident.containment), Containment.DONE)
    incident.contained_at = stopped_at
    write_note(session, actor, incident, NoteKind.CONTAINED, how, stopped_at, now)
    record(session, actor, "incident:contained", incident.reference, now, case=incident.id)
    return incident


def going_on_again(session: Session, actor: Actor, incident: Incident, reason: str, now: datetime) -> Incident:
    """It was not stopped after all.

    Raises:
        Conflict: it is not marked as stopped.
    """
    incident.containment = move(Containment(incident.containment), Containment.OPEN)
    incident.contained_at = None
    write_note(session, actor, incident, NoteKind.NOT_CONTAINED, reason, now, now)
    record(session, actor, "incident:going_on_again", incident.reference, now, case=incident.id)
    return incident


def note(
    session: Session, actor: Actor, incident: Incident, text: str, happened_at: datetime, now: datetime
) -> CaseNote:
    """Add an event to the story. It may have happened before it was written down; both moments are kept and shown.

    Raises:
        Invalid: the moment lies in the future.
    """
    if happened_at > now:
        raise Invalid({"happened_at": IN_THE_FUTURE})
    written = write_note(session, actor, incident, NoteKind.NOTE, text, happened_at, now)
    record(session, actor, "incident:noted", incident.reference, now, case=incident.id, facts={"note": written.id})
    return written


def learn(session: Session, actor: Actor, incident: Incident, lesson: str, now: datetime) -> CaseNote:
    """Write down the lesson that a case in remedy is not closed without."""
    written = write_note(session, actor, incident, NoteKind.LESSON, lesson, now, now)
    record(session, actor, "incident:lesson_written", incident.reference, now, case=incident.id)
    return written


def restart_ladder(session: Session, incident: Incident, now: datetime) -> None:
    """Nobody is in charge any more: clause 3.5 d counts anew from this moment."""
    clock = incident.clock(Duty.ACKNOWLEDGE)
    if clock is not None:
        restart(clock, {Anchor.REPORTED: now}, zone_of(session), now)


def tell_free(session: Session, incident: Incident, now: datetime) -> None:
    """Tell those who can take it that the case is free."""
    people = people_for(session, incident, Role.MANAGER, Role.DEPUTY)
    tell(session, incident, "case_free", people, f"{incident.version}:{now.isoformat()}", now)


def _once_taken(incident: Incident) -> State:
    """A report goes under review; a later case that lost its owner stays where it is."""
    state = State(incident.state)
    return State.UNDER_REVIEW if state is State.REPORTED else state
