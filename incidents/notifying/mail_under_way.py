"""While a notice is on its way by e-mail it is neither changed nor sent twice: what the other verbs ask first."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor
from core.audit import record
from core.errors import N_, Conflict
from incidents.models import Incident
from notifications.claims import note, withdraw
from notifications.models import OutboxMessage
from notifications.notice_mail import LOST, WAITING, End, NoticeMail, end, message_of, open_mail, open_mails
from notifications.notice_models import Notice

UNDER_WAY = N_("The notice is on its way by e-mail, so it cannot be changed now. Stop the mail first, or wait.")
IN_HAND = N_("The mail with the notice is being handed over this minute. Look again in a minute.")


def require_none(session: Session, notice: Notice) -> None:
    """Nothing of this phase is on its way or in doubt.

    Raises:
        Conflict: it is.
    """
    mail = open_mail(session, notice.id)
    if mail is not None and message_of(session, mail).state not in LOST:
        raise Conflict(UNDER_WAY)


def overtake(session: Session, actor: Actor, incident: Incident, notice: Notice, now: datetime) -> None:
    """The notice was sent another way meanwhile: the mail that waits is cancelled in the same transaction, and one in
    doubt is not asked about any more.

    Raises:
        Conflict: the mail is being handed over, or has been taken and is recorded in a moment.
    """
    if mail := open_mail(session, notice.id):
        _give_up(session, actor, incident, mail, End.OVERTAKEN, now)


def call_off(session: Session, actor: Actor, incident: Incident, now: datetime) -> None:
    """The case ends: what waits is not sent. What is in doubt stays so, for the authority may have it.

    Raises:
        Conflict: as above.
    """
    for mail, message in open_mails(session, [incident.id]):
        if message.state != "uncertain":
            _give_up(session, actor, incident, mail, End.STOPPED, now)


def lose(session: Session, incident: Incident, mail: NoticeMail, message: OutboxMessage, now: datetime) -> None:
    """It was refused, given up or held back: certain that the authority does not have it."""
    end(session, mail, End.LOST, SYSTEM.id, now)
    session.flush()
    record(session, SYSTEM, "notice:mail_ended", incident.reference, now, case=incident.id,
           facts={"mail": mail.number, "ended": End.LOST, "state": message.state,
                  "smtp_code": message.smtp_code})  # fmt: skip


def decided(session: Session, message: OutboxMessage, now: datetime) -> None:
    """A person has the last word on a mail in doubt; a late answer of the relay changes nothing any more."""
    message.state = "decided"
    note(session, message.id, message.fence, "reconciled:decided", now)


def _give_up(session: Session, actor: Actor, incident: Incident, mail: NoticeMail, how: End, now: datetime) -> None:
    message = message_of(session, mail, to_change=True)
    if message.state in WAITING:
        withdraw(session, message, how, now)
    elif message.state == "uncertain":
        decided(session, message, now)
    elif message.state not in LOST:
        raise Conflict(IN_HAND)
    end(session, mail, how, actor.id, now)
    record(session, actor, "notice:mail_ended", incident.reference, now, case=incident.id,
           facts={"mail": mail.number, "ended": how})  # fmt: skip
