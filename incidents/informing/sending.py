"""From the wait to the end: stop, pause, resume, try again, done. What has gone cannot be called back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict, Invalid
from incidents import clock_rows
from incidents.escalation import Duty
from incidents.informing.accounting import LEAST, NO_REASON, keep, told_beside_case
from incidents.informing.mailings import forget_test, mailing_of, put, tell_makers
from incidents.informing.public_notice import withdraw
from incidents.models import Incident
from incidents.states import PeopleTrack
from notifications.letters.counting import not_reached
from notifications.letters.freezing import cancel, freeze_again, thaw
from notifications.letters.list_rows import AT_ONCE
from notifications.letters.models import Mailing, Recipient
from notifications.models import OutboxMessage

TOO_LATE = N_("The sending has begun. You can pause it.")


def stop(session: Session, actor: Actor, incident: Incident, now: datetime) -> Mailing:
    """During the wait, or while the letters are being written: nothing is sent, and they go back to be prepared, tested
    and approved anew.

    Raises:
        Conflict: the wait is over.
    """
    waits = PeopleTrack.APPROVED if incident.people_track == PeopleTrack.APPROVED else PeopleTrack.HOLDING
    mailing = _mailing(session, incident, waits, TOO_LATE)
    put(incident, mailing, PeopleTrack.PREPARING)
    cancel(session, mailing, now)
    withdraw(mailing)
    forget_test(mailing)
    mailing.stopped_by, mailing.stopped_at, mailing.hold_until, mailing.total = actor.id, now, None, 0
    mailing.approved_by = mailing.approved_at = None
    record(session, actor, "mailing:stopped", incident.reference, now, case=incident.id)
    tell_makers(session, actor, incident, mailing, "letters_stopped", f"stopped:{mailing.version}", now)
    return mailing


def pause(session: Session, actor: Actor, incident: Incident, now: datetime) -> Mailing:
    """Hold back what no worker has in hand; the few that are on their way arrive.

    Raises:
        Conflict: nothing is being sent.
    """
    mailing = _mailing(session, incident, PeopleTrack.SENDING, N_("Nothing is being sent just now."))
    put(incident, mailing, PeopleTrack.PAUSED)
    freeze_again(session, mailing)
    mailing.stopped_by, mailing.stopped_at = actor.id, now
    record(session, actor, "mailing:paused", incident.reference, now, case=incident.id)
    tell_makers(session, actor, incident, mailing, "letters_paused", f"paused:{mailing.version}", now)
    return mailing


def resume(session: Session, actor: Actor, incident: Incident, now: datetime) -> Mailing:
    """Go on with the rest.

    Raises:
        Conflict: the sending is not paused.
    """
    mailing = _mailing(session, incident, PeopleTrack.PAUSED, N_("The sending is not paused."))
    put(incident, mailing, PeopleTrack.SENDING)
    thaw(session, mailing, now)
    record(session, actor, "mailing:resumed", incident.reference, now, case=incident.id)
    return mailing


def try_now(session: Session, actor: Actor, incident: Incident, recipient: Recipient, now: datetime) -> None:
    """Do not wait for the next try of a mail that was put off.

    Raises:
        Conflict: it is not waiting for another try.
    """
    waiting = (OutboxMessage.id == recipient.outbox_id) & (OutboxMessage.state == "deferred")
    done = session.execute(update(OutboxMessage).where(waiting).values(due_at=now))
    if not done.rowcount:  # type: ignore[attr-defined]
        raise Conflict(N_("This mail does not wait for another try."))
    record(session, actor, "mailing:tried_now", incident.reference, now, case=incident.id,
           facts={"row": recipient.row})  # fmt: skip


def finish(session: Session, actor: Actor, incident: Incident, reason: str, now: datetime) -> Mailing:
    """The people are told. Whoever is left out is counted, and it is said what was done for them; so are those whom
    the case counts and no list holds.

    Raises:
        Conflict: letters are still on their way.
        Invalid: somebody is not reached, or not on the list, and nothing is said about it.
    """
    mailing = _mailing(session, incident, PeopleTrack.SENT, N_("Not everything has been sent yet."))
    left = missing_number(session, mailing)
    found = told_beside_case(session, incident)
    if left and len(reason.strip()) < LEAST:
        raise Invalid({"reason": N_("{count} people are not reached. Say what is done for them.")}, count=left)
    if found and found.fewer and len(reason.strip()) < LEAST:
        raise Invalid({"reason": NO_REASON})
    put(incident, mailing, PeopleTrack.DONE)
    for duty in (Duty.INFORM_PEOPLE, Duty.INFORM_AS_ORDERED):
        clock_rows.stop(incident, duty, "done", now)
    record(session, actor, "mailing:done", incident.reference, now, case=incident.id,
           facts={"not_reached": left}, changes={"reason": (None, reason)} if reason else None)  # fmt: skip
    if found and len(reason.strip()) >= LEAST:
        keep(session, actor, incident, found, reason, now)
    return mailing


def missing(session: Session, mailing: Mailing, after: int = 0, most: int | None = None) -> list[Recipient]:
    """Who has not been reached yet, in the order of the list: all of them, or so many beyond a row."""
    query = _missing(mailing, select(Recipient)).where(Recipient.row > after)
    return list(session.scalars(query.order_by(Recipient.row).limit(most)))


def each_missing(session: Session, mailing: Mailing) -> Iterator[Recipient]:
    """The same for whoever looks at each once: few in memory at a time."""
    after = 0
    while found := missing(session, mailing, after, AT_ONCE):
        yield from found
        after = found[-1].row


def missing_number(session: Session, mailing: Mailing) -> int:
    """How many of them."""
    return session.scalar(_missing(mailing, select(func.count(Recipient.id)))) or 0


def _missing(mailing: Mailing, query: Select[Any]) -> Select[Any]:
    joined = query.join(OutboxMessage, OutboxMessage.id == Recipient.outbox_id, isouter=True)
    return joined.where(Recipient.mailing_id == mailing.id, not_reached())


def _mailing(session: Session, incident: Incident, wanted: PeopleTrack, refusal: str) -> Mailing:
    mailing = mailing_of(session, incident)
    if mailing is None or PeopleTrack(incident.people_track) is not wanted:
        raise Conflict(refusal)
    return mailing
