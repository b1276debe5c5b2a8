"""The two-way thread between the reporter, known by the code only, and those who handle the case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.access import ANONYMOUS, Actor, Role
from core.audit import record
from core.db import new_id
from core.keys import seal, unseal
from identity.models import User
from identity.people import person
from incidents.alerts import excluded, people_for, tell
from incidents.forms import AddMessage
from incidents.intake_mails import ask_reporter, receivers
from incidents.models import Incident, ThreadMessage


@dataclass(frozen=True, slots=True)
class Line:
    """One message, opened for who reads the page."""

    id: str
    from_reporter: bool
    author_id: str
    at: datetime
    read: bool
    text: str


def thread(session: Session, incident: Incident) -> list[Line]:
    """Every message, oldest first."""
    rows = session.scalars(
        select(ThreadMessage)
        .where(ThreadMessage.incident_id == incident.id)
        .order_by(ThreadMessage.at, ThreadMessage.id)
    )
    return [
        Line(row.id, row.from_reporter, row.author_id, row.at, row.read_at is not None, _open(session, row))
        for row in rows
    ]


def write_as_reporter(session: Session, incident: Incident, form: AddMessage, now: datetime) -> ThreadMessage:
    """Add what the reporter tells; who handles the case is told that something came, not what."""
    message = _add(session, incident, form.text, now, from_reporter=True)
    record(session, ANONYMOUS, "thread:written", incident.reference, now, case=incident.id,
           facts={"from_reporter": True})  # fmt: skip
    tell(session, incident, "reporter_wrote", handlers_of(session, incident), message.id, now,
         path=f"{incident.path}/thread")  # fmt: skip
    return message


def answer_reporter(
    session: Session, actor: Actor, incident: Incident, form: AddMessage, now: datetime
) -> ThreadMessage:
    """Ask or tell the reporter. What they wrote counts as read, and a mail tells them to look (E2)."""
    mark_read(session, incident, now, from_reporter=True)
    message = _add(session, incident, form.text, now, from_reporter=False, author=actor.id)
    record(session, actor, "thread:written", incident.reference, now, case=incident.id,
           facts={"from_reporter": False})  # fmt: skip
    ask_reporter(session, incident, message.id, now)
    return message


def mark_read(session: Session, incident: Incident, now: datetime, *, from_reporter: bool) -> None:
    """The other side has seen these messages."""
    unread = ThreadMessage.read_at.is_(None) & (ThreadMessage.from_reporter.is_(from_reporter))
    session.execute(update(ThreadMessage).where(ThreadMessage.incident_id == incident.id, unread).values(read_at=now))


def unread_by_reporter(session: Session, ids: Sequence[str]) -> dict[str, int]:
    """Incident id -> how many messages wait for the reporter."""
    query = (
        select(ThreadMessage.incident_id, func.count())
        .where(
            ThreadMessage.incident_id.in_(ids), ThreadMessage.from_reporter.is_(False), ThreadMessage.read_at.is_(None)
        )
        .group_by(ThreadMessage.incident_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def handlers_of(session: Session, incident: Incident) -> Sequence[User]:
    """The owner of the case, or else who receives reports."""
    owner = person(session, incident.owner_id)
    if owner and owner.disabled_at is None and owner.id not in excluded(session, incident):
        return [owner]
    return people_for(session, incident, Role.MANAGER, Role.DEPUTY) or receivers(session, incident)


def _add(
    session: Session, incident: Incident, text: str, now: datetime, *, from_reporter: bool, author: str = ""
) -> ThreadMessage:
    row = ThreadMessage(id=new_id(), incident_id=incident.id, from_reporter=from_reporter, author_id=author, at=now)
    row.text_sealed = seal(session, incident.id, f"thread_message.text:{row.id}", text)
    session.add(row)
    session.flush()
    return row


def _open(session: Session, row: ThreadMessage) -> str:
    return unseal(session, row.incident_id, f"thread_message.text:{row.id}", row.text_sealed)
