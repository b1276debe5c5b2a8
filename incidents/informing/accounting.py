"""Why another number of people is told than the case says: written by a person, kept with the case and in the log."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict, Invalid
from incidents import people_told
from incidents.case_notes import NoteKind, latest_notes, write_note
from incidents.informing.mailings import ENDED_CASE
from incidents.models import Incident
from incidents.people_told import Difference, affected, difference
from incidents.states import ENDED, State
from notifications.letters.models import Mailing
from notifications.letters.reach import listed, told

LEAST = 10
NO_REASON = N_("Fewer people are told than the case says. Write why, and what is done for the others.")


def told_beside_case(session: Session, incident: Incident) -> Difference | None:
    """The people told so far, by every letter and in every way, beside the case's number."""
    return difference(affected(incident), told(session, [incident.id]).get(incident.id, 0))


def list_beside_case(session: Session, incident: Incident, mailing: Mailing) -> Difference | None:
    """The people who are told when this mailing is done, beside the case's number."""
    return difference(affected(incident), listed(session, mailing))


def draft_beside_case(session: Session, incident: Incident, people: int) -> Difference | None:
    """A list of so many people that is not imported yet; who had an earlier letter may be among them."""
    return difference(affected(incident), max(people, told(session, [incident.id]).get(incident.id, 0)))


def explained(session: Session, incident: Incident) -> bool:
    """Whether somebody has said why since the case's number was last saved."""
    said = latest_notes(session, [incident.id], NoteKind.DIFFERENCE)
    return people_told.explained(incident, said.get((incident.id, NoteKind.DIFFERENCE)))


def explain(session: Session, actor: Actor, incident: Incident, reason: str, now: datetime) -> None:
    """Keep the reason. It counts until the case's number is saved anew.

    Raises:
        Conflict: the numbers agree, or the case has ended.
        Invalid: no reason.
    """
    if State(incident.state) in ENDED:
        raise Conflict(ENDED_CASE)
    found = told_beside_case(session, incident)
    if found is None:
        raise Conflict(N_("As many people are told as the case says. There is nothing to explain."))
    if len(reason.strip()) < LEAST:
        raise Invalid({"difference": N_("Write why the numbers differ.")})
    keep(session, actor, incident, found, reason, now)


def keep(session: Session, actor: Actor, incident: Incident, found: Difference, reason: str, now: datetime) -> None:
    """Write the reason into the story, and both numbers with it into the log."""
    write_note(session, actor, incident, NoteKind.DIFFERENCE, reason.strip(), now, now)
    record(session, actor, "mailing:difference_explained", incident.reference, now, case=incident.id,
           facts=found.facts, changes={"reason": (None, reason.strip())})  # fmt: skip
