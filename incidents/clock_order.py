"""The authority orders that the people affected be told, by a day of its own (GDPR Art. 34(4))."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict, Invalid
from incidents.case_notes import NoteKind, write_note
from incidents.clock_choices import HAS_ENDED, write_choice
from incidents.clock_opening import note_event, start_due
from incidents.clock_recount import recount
from incidents.clock_rows import resume
from incidents.escalation import Duty
from incidents.models import Incident, IncidentClock
from incidents.regime_choice import unlikely
from incidents.rules import Anchor
from incidents.states import ENDED, PeopleTrack, move

PEOPLE = "gdpr_people"


def order(
    session: Session, actor: Actor, incident: Incident, ordered_at: datetime, ends_at: datetime, note: str,
    now: datetime,
) -> None:  # fmt: skip
    """Enter the order: its day binds, and the letters are opened again where nobody was to be told.

    Raises:
        Invalid: the order lies in the future, its end before it, or nothing says which order it is.
        Conflict: the case has ended.
    """
    if incident.state in ENDED:
        raise Conflict(HAS_ENDED)
    _require_order(incident, ordered_at, ends_at, note, now)
    note_event(session, incident, Anchor.ORDERED, ordered_at, actor.id, now)
    lengths = {str(Duty.INFORM_AS_ORDERED): {"ends_at": ends_at.isoformat()}}
    write_choice(session, actor, incident, PEOPLE, True, lengths, note.strip(), now)
    clock = incident.clock(Duty.INFORM_AS_ORDERED)
    if clock is not None:
        _ordered_again(session, incident, clock, now)
    start_due(session, incident, now)
    if PeopleTrack(incident.people_track) in {PeopleTrack.NOT_REQUIRED, PeopleTrack.DONE}:
        incident.people_track = move(PeopleTrack(incident.people_track), PeopleTrack.PREPARING)
        write_note(session, actor, incident, NoteKind.NOTE, note.strip(), ordered_at, now)
    record(session, actor, "clock:ordered", incident.reference, now, case=incident.id,
           facts={"at": ordered_at.isoformat(timespec="minutes"), "due_at": ends_at.isoformat(timespec="minutes")},
           changes={"note": (None, note.strip())})  # fmt: skip


def _ordered_again(session: Session, incident: Incident, clock: IncidentClock, now: datetime) -> None:
    """A new order replaces the day of the earlier one, also where the earlier one was obeyed."""
    if clock.stopped_at is not None:
        resume(clock, now)
    recount(session, incident, [clock], now)


def _require_order(incident: Incident, ordered_at: datetime, ends_at: datetime, note: str, now: datetime) -> None:
    wrong = {}
    sentence = unlikely(ordered_at, incident.occurred_at, now)
    if sentence:
        wrong["ordered_at"] = sentence
    if ends_at <= ordered_at:
        wrong["ends_at"] = N_("The order cannot end before it was given. Check both times.")
    if not note.strip():
        wrong["note"] = N_("Write which order it is, for example its number and what it asks for.")
    if wrong:
        raise Invalid(wrong)
