"""A notice against its form: what the service knows outside the form, and whether the deadline has passed."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.organisation import organisation
from incidents.models import Incident
from incidents.notifying.numbers import KIND, STATUS
from incidents.notifying.whom import addressee_of
from notifications.edpb.answers import Answer, Answers, Source, known
from notifications.edpb.answers import Notice as Reckoned
from notifications.edpb.card import template
from notifications.filings import answers_of, filing_of
from notifications.notice_models import Notice

NEW, FOLLOW_UP = "new", "follow_up"
COMPLETE, INCOMPLETE = "complete", "incomplete"


def reckoned(
    session: Session, incident: Incident, answers: Answers, at: datetime, notice: Notice | None = None
) -> Reckoned:
    """The notice (without one: to the authority) as it would be sent at `at`. The reasons for delay are asked for by
    our own clock, which is never later than the template's 72 hours; of a joint notice as soon as one case is late."""
    to = addressee_of(session, incident, notice)
    late = to.wants_reasons(notice, at)
    contexts = to.contexts | ({"deadline_passed"} if late else set())
    if organisation(session).number:
        contexts |= {"controller_has_identifier"}
    return Reckoned(template(to.card), answers, contexts, at, late=late)


def standing(session: Session, incident: Incident, notice: Notice, now: datetime) -> Reckoned:
    """The notice of a row as it stands: one that was sent is judged at the moment it was sent, for ever."""
    sent = filing_of(session, notice)
    return reckoned(session, incident, answers_of(session, notice), sent.filed_at if sent else now, notice)


def with_status(
    session: Session, incident: Incident, notice: Notice, answers: Answers, at: datetime
) -> dict[int, Answer]:
    """The answers with the two that follow from the others: first notice or follow-up, complete or not."""
    kind = NEW if notice.phase == 1 else FOLLOW_UP
    told = {**answers, KIND: known(kind, source=Source.CASE), STATUS: known(INCOMPLETE)}
    left = reckoned(session, incident, told, at, notice).open()
    return {**told, STATUS: known(INCOMPLETE if left else COMPLETE, source=Source.CASE)}
