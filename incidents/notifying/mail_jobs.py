"""What becomes of a notice that left by e-mail, noticed by the worker: taken, refused, put off, or in doubt.

Safe in any number of workers and after any kill: each mail is settled once, under the lock of its case.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM, Role
from core.db import Database
from identity.models import User
from identity.people import person
from incidents.alerts import people_for, tell
from incidents.models import Incident
from incidents.notifying.filing import Sent, enter
from incidents.notifying.keeping import kept_again
from incidents.notifying.mail_under_way import lose
from incidents.notifying.mailing import files_of
from notifications.channels.announcing import announce
from notifications.models import OutboxMessage
from notifications.notice_mail import LOST, WAITING, End, NoticeMail, end, message_of, read
from notifications.notice_models import Notice
from notifications.outbox import Fact

LONG = timedelta(minutes=10)  # the mail should have left by then
DOUBT = "notice_mail_uncertain"


def settle_notice_mails(database: Database, now: datetime) -> int:
    """Look at every open mail that something has happened to; returns how many came to their end."""
    query = (
        select(NoticeMail.id)
        .join(OutboxMessage, OutboxMessage.id == NoticeMail.outbox_id)
        .where(
            NoticeMail.outcome == End.OPEN,
            OutboxMessage.state.in_(("accepted", "uncertain", "deferred", *LOST)) | (OutboxMessage.due_at < now - LONG),
        )
    )
    with database.reading() as session:
        found = list(session.scalars(query))
    return sum(_settle(database, one, now) for one in found)


def _settle(database: Database, mail_id: str, now: datetime) -> bool:
    with database.transaction() as session:
        return settle_notice_mail(session, mail_id, now)


def settle_notice_mail(session: Session, mail_id: str, now: datetime) -> bool:
    """One mail, in the caller's transaction: enter it, give it up, or tell who must know. True when it has ended."""
    mail = session.get_one(NoticeMail, mail_id)
    incident = session.get_one(Incident, mail.incident_id, with_for_update=True, populate_existing=True)
    session.refresh(mail)
    if mail.outcome != End.OPEN:
        return False
    message = message_of(session, mail, to_change=True)
    if message.state == "accepted":
        _file(session, incident, mail, message, now)
    elif message.state in LOST:
        lose(session, incident, mail, message, now)
        _tell(session, incident, mail, "notice_mail_lost", f"{mail.id}", now)
    elif message.state == "uncertain":
        _alarm(session, incident, mail, now)
    elif message.state in WAITING:
        _tell(session, incident, mail, "notice_mail_waits", f"{mail.id}", now)
    return mail.outcome != End.OPEN


def _file(session: Session, incident: Incident, mail: NoticeMail, message: OutboxMessage, now: datetime) -> None:
    """The mail server took it: sent at that moment, late or not. Reasons nobody gave are asked for, not waited for."""
    notice = session.get_one(Notice, mail.notice_id)
    reasons = read(session, mail, "delay_reasons")
    sent = Sent(message.accepted_at or now, "email", "", reasons)
    end(session, mail, End.FILED, SYSTEM.id, now)
    filing = enter(session, SYSTEM, incident, notice, sent, kept_again(session, files_of(mail)), now)
    _tell(session, incident, mail, "notice_mail_taken", f"{mail.id}", now, unexplained=filing.late and not reasons)


def _alarm(session: Session, incident: Incident, mail: NoticeMail, now: datetime) -> None:
    """At once, by mail and by the second channel (the mail server is what is in question), and again each day."""
    once = f"{mail.id}:{now:%Y-%m-%d}"
    _tell(session, incident, mail, DOUBT, once, now)
    facts = {"reference": incident.reference, "path": f"{incident.path}/authority/mail"}
    announce(session, DOUBT, facts, f"{DOUBT}:{once}", now)


def _tell(
    session: Session, incident: Incident, mail: NoticeMail, kind: str, once: str, now: datetime, **facts: Fact
) -> None:
    people = people_for(session, incident, Role.MANAGER, Role.DEPUTY)
    sender = person(session, mail.asked_by)
    everybody: list[User] = [*people, *([sender] if sender and sender not in people else [])]
    tell(
        session, incident, kind, everybody, once, now, hidden_from=None, path=f"{incident.path}/authority/mail", **facts
    )
