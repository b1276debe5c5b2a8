"""A letter after a letter (ux E18): new facts, or a mistake in the first, told to the same people.

It has a test, an approval and a wait of its own, like any other.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict, Invalid
from incidents.informing.mailings import mailing_of, start_again
from incidents.informing.reading import copy_list_words
from incidents.models import Incident
from notifications.letters.counting import ARRIVED
from notifications.letters.list_rows import Details, carried, details
from notifications.letters.models import Mailing, Recipient
from notifications.letters.recipients import Channel, Reason
from notifications.models import OutboxMessage

CAME_BACK = ("failed", "dead", "bounced")


class Whom(StrEnum):
    """To whom of the earlier list the new letter goes."""

    TOLD = "told"
    RETURNED = "returned"
    ALL = "all"
    NOBODY = "nobody"


WORDS = {
    Whom.TOLD: N_("Those who were told"),
    Whom.RETURNED: N_("Those who were told, and those whose mail came back"),
    Whom.ALL: N_("Everybody on the list"),
    Whom.NOBODY: N_("Others: I import a new list"),
}


def follow_up(session: Session, actor: Actor, incident: Incident, reason: str, whom: str, now: datetime) -> Mailing:
    """Begin a new letter, with the people of the last one on its list.

    Raises:
        Conflict: there is nothing to follow, or nobody on the earlier list fits.
        Invalid: no reason, or an unknown answer.
    """
    if whom and whom not in set(Whom):
        raise Invalid({"whom": N_("Choose one of the answers.")})
    last = mailing_of(session, incident)
    mailing = start_again(session, actor, incident, reason, now)
    if not whom or whom == Whom.NOBODY or last is None or last.id == mailing.id:
        return mailing
    rows = _chosen(session, last, Whom(whom))
    if not rows:
        raise Conflict(N_("Nobody on the earlier list fits this. Choose another answer."))
    for row, message in rows:
        _carry(session, last, mailing, row, message)
    copy_list_words(session, last, mailing)
    mailing.imported_by = mailing.last_edited_by = actor.id
    mailing.imported_at = mailing.edited_at = now
    session.flush()
    record(session, actor, "mailing:list_carried", incident.reference, now, case=incident.id,
           facts={"people": len(rows), "whom": whom, "number": mailing.number})  # fmt: skip
    return mailing


def choices(session: Session, mailing: Mailing | None) -> dict[Whom, int]:
    """How many people each answer means."""
    if mailing is None:
        return {}
    query = select(func.count()).select_from(Recipient).join(
        OutboxMessage, OutboxMessage.id == Recipient.outbox_id, isouter=True
    )  # fmt: skip
    return {whom: session.scalar(query.where(_who(mailing, whom))) or 0 for whom in Whom if whom is not Whom.NOBODY}


def _chosen(session: Session, last: Mailing, whom: Whom) -> list[tuple[Recipient, OutboxMessage | None]]:
    query = (
        select(Recipient, OutboxMessage)
        .join(OutboxMessage, OutboxMessage.id == Recipient.outbox_id, isouter=True)
        .where(_who(last, whom))
        .order_by(Recipient.row)
    )
    return [(row, message) for row, message in session.execute(query)]


def _who(last: Mailing, whom: Whom) -> ColumnElement[bool]:
    alive = (Recipient.mailing_id == last.id) & (Recipient.state != "merged")
    told = or_(Recipient.state == "told", OutboxMessage.state.in_(ARRIVED))
    match whom:
        case Whom.TOLD:
            return alive & told
        case Whom.RETURNED:
            return alive & or_(told, OutboxMessage.state.in_(CAME_BACK))
        case _:
            return alive


def _carry(session: Session, last: Mailing, mailing: Mailing, row: Recipient, message: OutboxMessage | None) -> None:
    """The same person on the new list. To an address that a mail has come back from no other is sent."""
    known = details(session, last, row)
    copied = carried(session, mailing, row, known)
    if message is not None and message.state in CAME_BACK:
        copied.channel, copied.reason = _otherwise(known), Reason.RETURNED
    session.add(copied)


def _otherwise(known: Details) -> Channel:
    if known.address:
        return Channel.LETTER
    return Channel.PHONE if known.phone else Channel.NONE
