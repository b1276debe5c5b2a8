"""The rows of a list as a page shows them, fifty at a time: what happened to each and what to do next."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from incidents.informing.listing import WAYS, why
from notifications.letters.addresses import spelt
from notifications.letters.counting import ARRIVED, NOT_SENT, not_reached
from notifications.letters.list_rows import Details, details
from notifications.letters.models import Mailing, Recipient
from notifications.letters.recipients import Channel, Reason
from notifications.models import OutboxMessage

PAGE = 50
SHOWS = {
    "all": N_("Everybody"),
    "todo": N_("To take care of"),
    "uncertain": N_("Uncertain"),
    "later": N_("Does not receive just now"),
    "failed": N_("Did not arrive"),
    "unmailed": N_("No e-mail"),
    "told": N_("Told in another way"),
    "arrived": N_("Delivered"),
    "doubt": N_("Perhaps the same person"),
    "merged": N_("Rows that repeat a person"),
}
OUTCOMES = {
    "frozen": N_("Waits"),
    "queued": N_("In the queue"),
    "claimed": N_("Being sent"),
    "in_data": N_("Being sent"),
    "accepted": N_("Their server has received it"),
    "deferred": N_("Their mailbox does not receive just now"),
    "failed": N_("The address does not exist, or refuses mail"),
    "dead": N_("Their server did not answer for five days"),
    "bounced": N_("Came back"),
    "uncertain": N_("Not known: the connection broke at the last moment"),
    "decided": N_("Settled by a person"),
    "cancelled": N_("Held back here: this is not production"),
}
CHANNELS = {
    Channel.EMAIL: N_("Mail"),
    Channel.LETTER: N_("Letter in the post"),
    Channel.PHONE: N_("Phone"),
    Channel.MANUAL: N_("By hand"),
    Channel.NONE: N_("No way known"),
}
NEXT = {
    Channel.EMAIL: N_("Print a letter or call"),
    Channel.LETTER: N_("Print the letter and post it"),
    Channel.PHONE: N_("Call"),
    Channel.MANUAL: N_("Take care of it yourself"),
    Channel.NONE: N_("Only a public notice reaches this person"),
}
LETTER_TO, CALL_AT = N_("Print the letter and post it to {address}"), N_("Call {phone}")
NAMELESS = N_("Protected identity")
ERASED = N_("Erased: name and address")


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    number: int
    name: str
    address: str
    channel: str
    what: str
    level: str
    next: str
    action: str
    note: str
    letter: bool
    way: str


def todo() -> ColumnElement[bool]:
    return not_reached() | (OutboxMessage.state.in_(["uncertain", "deferred"]) & (Recipient.state == "pending"))


CONDITIONS = {
    "todo": todo(),
    "uncertain": OutboxMessage.state == "uncertain",
    "later": OutboxMessage.state == "deferred",
    "failed": OutboxMessage.state.in_(NOT_SENT) & (Recipient.state == "pending"),
    "unmailed": (Recipient.channel != Channel.EMAIL) & (Recipient.state == "pending"),
    "told": Recipient.state == "told",
    "arrived": OutboxMessage.state.in_(ARRIVED),
    "doubt": Recipient.state == "doubt",
    "merged": Recipient.state == "merged",
}


def rows(session: Session, mailing: Mailing, show: str, after: int, lang: str) -> tuple[list[Row], int | None]:
    """A page of rows and where the next one starts. Opening names is logged by the caller."""
    query: Select[Recipient, OutboxMessage] = (
        select(Recipient, OutboxMessage)
        .join(OutboxMessage, OutboxMessage.id == Recipient.outbox_id, isouter=True)
        .where(Recipient.mailing_id == mailing.id, Recipient.row > after)
        .order_by(Recipient.row)
        .limit(PAGE + 1)
    )
    condition = CONDITIONS.get(show)
    found = session.execute(query if condition is None else query.where(condition)).all()
    shown = [_row(session, mailing, one, message, lang) for one, message in found[:PAGE]]
    return shown, (found[PAGE - 1][0].row if len(found) > PAGE else None)


def _row(session: Session, mailing: Mailing, one: Recipient, message: OutboxMessage | None, lang: str) -> Row:
    known = details(session, mailing, one)
    what, level, action = _state(session, one, message, lang)
    return Row(
        id=one.id,
        number=one.row,
        name=shown_name(one, known, lang),
        address=_address(one, known),
        channel=translate(lang, CHANNELS[Channel(one.channel)]),
        what=what,
        level=level,
        next=_next(session, one, message, action, known, lang),
        action=action,
        note=" · ".join(filter(None, _notes(session, mailing, one, message, lang))),
        letter=action == "tell" and not one.protected,
        way=_way(one, known),
    )


def shown_name(one: Recipient, known: Details, lang: str) -> str:
    """A name, or why there is none."""
    if one.protected:
        return translate(lang, NAMELESS)
    return known.name if one.fields_sealed else translate(lang, ERASED)


def _way(one: Recipient, known: Details) -> str:
    """The likeliest of `WAYS` for somebody whom no mail reaches."""
    if one.reason in {Reason.PROTECTED, Reason.CHILD}:
        return "in_person"
    return "letter" if known.address else "phone" if known.phone else "public"


def _notes(
    session: Session, mailing: Mailing, one: Recipient, message: OutboxMessage | None, lang: str
) -> tuple[str, ...]:
    if one.state == "doubt":
        return (_beside(session, mailing, one),)
    return (
        _told_at(session, one, message, lang),
        _printed(session, one, lang),
        _fallback(one, lang),
    )


def _beside(session: Session, mailing: Mailing, one: Recipient) -> str:
    """The person this row may repeat, so that somebody can see whether it does."""
    first = session.get_one(Recipient, one.same_as)
    known = details(session, mailing, first)
    return " · ".join((known.name, *_address(first, known).splitlines()))


def _fallback(one: Recipient, lang: str) -> str:
    return translate(lang, N_("In our own language: we have no letter in theirs.")) if one.default_language else ""


def _address(one: Recipient, known: Details) -> str:
    """An address as people write it."""
    email = spelt(known.email)
    return {Channel.EMAIL: email, Channel.LETTER: known.address, Channel.PHONE: known.phone}.get(
        Channel(one.channel), email
    )


def outcome(session: Session, one: Recipient, message: OutboxMessage | None, lang: str) -> str:
    """What has become of this row, in words."""
    return _state(session, one, message, lang)[0]


def _state(session: Session, one: Recipient, message: OutboxMessage | None, lang: str) -> tuple[str, str, str]:
    """What happened, how bad that is, and what can be done about it here."""
    if one.state == "merged":
        return translate(lang, N_("Repeats another row: one mail for both")), "none", ""
    if one.state == "doubt":
        number = session.get_one(Recipient, one.same_as).row
        return translate(lang, N_("Perhaps the same as row {number}"), number=number), "soon", "doubt"
    if one.state == "told":
        return translate(lang, WAYS[one.told_how]), "ok", ""
    if message is not None:
        level = {"accepted": "ok", "decided": "ok", "uncertain": "soon", "deferred": "soon"}.get(message.state, "none")
        level = "crit" if message.state in NOT_SENT else level
        action = {"deferred": "try", "uncertain": "decide"}.get(
            message.state, "tell" if message.state in NOT_SENT else ""
        )
        return translate(lang, OUTCOMES[message.state]), level, action
    if one.channel == Channel.EMAIL:
        return translate(lang, why(one.reason) or N_("Will be mailed")), "none", ""
    return translate(lang, why(one.reason) or N_("Not told yet")), "soon", "tell" if _released(session, one) else ""


def _told_at(session: Session, one: Recipient, message: OutboxMessage | None, lang: str) -> str:
    at = one.told_at or (message.accepted_at if message else None)
    return _moment(session, at, lang) if at else ""


def _printed(session: Session, one: Recipient, lang: str) -> str:
    """When its letter was printed, for whoever posts it."""
    if one.printed_at is None or one.state != "pending":
        return ""
    return translate(lang, N_("Printed {moment}"), moment=_moment(session, one.printed_at, lang))


def _released(session: Session, one: Recipient) -> bool:
    return session.get_one(Mailing, one.mailing_id).approved_at is not None


def _next(
    session: Session, one: Recipient, message: OutboxMessage | None, action: str, known: Details, lang: str
) -> str:
    if action == "try" and message is not None:
        return translate(lang, N_("Tries again {moment}"), moment=_moment(session, message.due_at, lang))
    if message is not None and message.state == "uncertain":
        return translate(lang, N_("Ask the relay: see the log of the mail server"))
    if action == "tell" and (one.channel == Channel.EMAIL or one.reason == Reason.BAD_ADDRESS):
        return _other_way(known, lang)
    if action == "tell" or (one.channel != Channel.EMAIL and one.state == "pending"):
        return translate(lang, NEXT[Channel(one.channel)])
    return ""


def _other_way(known: Details, lang: str) -> str:
    """What the list itself knows of a person whom no mail reaches: where a letter goes, else where to call."""
    if known.address:
        return translate(lang, LETTER_TO, address=", ".join(known.address.splitlines()))
    return translate(lang, CALL_AT, phone=known.phone) if known.phone else translate(lang, NEXT[Channel.EMAIL])


def _moment(session: Session, at: datetime, lang: str) -> str:
    return absolute(at, lang, organisation(session).zone)
