"""A notice against its template: what the service knows outside the form, and whether the deadline has passed."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.organisation import organisation
from incidents.escalation import Duty
from incidents.models import Incident
from notifications import notice_models
from notifications.edpb.answers import Answer, Answers, Notice, Source, known
from notifications.edpb.card import template
from notifications.establishment import seat_of
from notifications.filings import answers_of, filing_of

KIND, STATUS, AWARE, DELAY = 3, 4, 48, 49
NEW, FOLLOW_UP = "new", "follow_up"
COMPLETE, INCOMPLETE = "complete", "incomplete"
OURS = frozenset({KIND, STATUS})  # answered by the service from where the notice stands


def reckoned(session: Session, incident: Incident, answers: Answers, at: datetime) -> Notice:
    """The notice as it would be sent at `at`. The reasons for delay are asked for by our own clock, which is never
    later than the template's 72 hours."""
    company = organisation(session)
    contexts = {"controller_established_in_eea" if seat_of(company).main else "controller_not_established_in_eea"}
    if company.number:
        contexts.add("controller_has_identifier")
    return Notice(template(), answers, frozenset(contexts), at, late=late_by(incident, at) is not None)


def standing(session: Session, incident: Incident, row: notice_models.Notice, now: datetime) -> Notice:
    """The notice of a row as it stands: one that was sent is judged at the moment it was sent, for ever."""
    sent = filing_of(session, row)
    return reckoned(session, incident, answers_of(session, row), sent.filed_at if sent else now)


def with_status(session: Session, incident: Incident, answers: Answers, phase: int, at: datetime) -> dict[int, Answer]:
    """The answers with the two that follow from the others: first notice or follow-up, complete or not."""
    told = {**answers, KIND: known(NEW if phase == 1 else FOLLOW_UP, source=Source.CASE), STATUS: known(INCOMPLETE)}
    left = reckoned(session, incident, told, at).open()
    return {**told, STATUS: known(INCOMPLETE if left else COMPLETE, source=Source.CASE)}


def late_now(incident: Incident, now: datetime) -> bool:
    """Whether a notice sent this minute would need its reasons for delay."""
    return late_by(incident, now) is not None


def late_by(incident: Incident, now: datetime) -> timedelta | None:
    """How far the deadline of a notice that has not been sent lies back; None while it is in time."""
    clock = incident.clock(Duty.NOTIFY_AUTHORITY)
    if clock is None or clock.stopped_at is not None or not is_late(now, clock.ends_at):
        return None
    return now - clock.ends_at


def is_late(filed_at: datetime, due_at: datetime) -> bool:
    """By the strict count. A notice sent at the very moment of the deadline is in time."""
    return filed_at > due_at
