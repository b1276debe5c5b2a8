"""The rows of a mailing's list: written in one go, sealed, and opened again one page at a time."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from core.db import new_id
from core.keys import seal, unseal
from notifications.letters.duplicates import Entry
from notifications.letters.models import Mailing, Recipient
from notifications.letters.recipients import Channel, Person
from notifications.outbox import keyed, keyed_lines

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Details:
    """What is sealed of a recipient."""

    name: str = field(repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    data: tuple[str, ...] = field(default=(), repr=False)
    ref: str = field(default="", repr=False)


def replace_list(session: Session, mailing: Mailing, entries: Sequence[Entry]) -> None:
    """The list is whole: what was there before goes, every row of the new one is kept."""
    session.execute(delete(Recipient).where(Recipient.mailing_id == mailing.id))
    ids = {entry.person.row: new_id() for entry in entries}
    for entry in entries:
        same_as = ids[entry.same_as] if entry.same_as else None
        state = "doubt" if entry.doubt else "merged" if entry.same_as else "pending"
        row = recipient(session, mailing.incident_id, mailing.id, ids[entry.person.row], entry.person)
        row.state, row.same_as = state, same_as
        session.add(row)
    session.flush()


def take_over(session: Session, mailing: Mailing, list_id: str) -> None:
    """The rows of a list that was on its way in become the mailing's, in the place of those before.

    In steps, because SQLite keeps what one statement changes in memory; the caller's transaction makes them one.
    """
    for rows in _steps(session, mailing.id):
        session.execute(delete(Recipient).where(rows).execution_options(synchronize_session=False))
    for rows in _steps(session, list_id):
        theirs = update(Recipient).where(rows).values(mailing_id=mailing.id)
        session.execute(theirs.execution_options(synchronize_session=False))


def _steps(session: Session, list_id: str) -> Iterator[ColumnElement[bool]]:
    last = session.scalar(select(func.max(Recipient.row)).where(Recipient.mailing_id == list_id)) or 0
    for first in range(0, last + 1, AT_ONCE):
        yield (Recipient.mailing_id == list_id) & Recipient.row.between(first, first + AT_ONCE - 1)


def recipient(session: Session, case: str, list_id: str, row_id: str, person: Person) -> Recipient:
    """A person as a row, pending; `list_id` is the mailing, or a list that is still on its way in."""
    row = Recipient(
        id=row_id,
        mailing_id=list_id,
        row=person.row,
        language=person.language,
        default_language=person.default_language,
        channel=person.channel,
        reason=person.reason,
        protected=person.protected,
        state="pending",
        address_key=address_key(session, case, person),
    )
    row.fields_sealed = sealed(session, case, row_id, person)
    return row


def unite(session: Session, mailing: Mailing, first: Recipient, other: Recipient) -> None:
    """Both rows are one person: the first carries the data of both."""
    known, more = details(session, mailing, first), details(session, mailing, other)
    united = replace(known, data=tuple(dict.fromkeys((*known.data, *more.data))))
    first.fields_sealed = sealed(session, mailing.incident_id, first.id, united)


def carried(session: Session, mailing: Mailing, row: Recipient, known: Details) -> Recipient:
    """The same person on the list of another letter of the case, not told yet."""
    copied = Recipient(
        id=new_id(),
        mailing_id=mailing.id,
        row=row.row,
        language=row.language,
        default_language=row.default_language,
        channel=row.channel,
        reason=row.reason,
        protected=row.protected,
        state="pending",
        address_key=row.address_key,
    )
    copied.fields_sealed = sealed(session, mailing.incident_id, copied.id, known)
    return copied


def address_key(session: Session, case: str, person: Person) -> str:
    """A keyed hash of the mailbox: the same in every mailing of a case, so that a second letter is noticed."""
    return keyed(session, "recipient", f"{case}|{person.mailbox.exact}") if person.mailbox else ""


def sealed(session: Session, case: str, row_id: str, person: Person | Details) -> str:
    """What of a person is sealed, bound to its row."""
    known = {"name": person.name, "email": person.email, "phone": person.phone, "address": person.address,
             "data": list(person.data), "ref": person.ref}  # fmt: skip
    return seal(session, case, _place(row_id), json.dumps(known, ensure_ascii=False))


def details(session: Session, mailing: Mailing, row: Recipient) -> Details:
    """Open one row."""
    return opened(session, mailing.incident_id, row.id, row.fields_sealed)


def opened(session: Session, case: str, row_id: str, fields: str) -> Details:
    """Nothing is left of a person who has been erased before the case."""
    if not fields:
        return Details("")
    known = json.loads(unseal(session, case, _place(row_id), fields))
    return Details(**{**known, "data": tuple(known["data"])})


def _place(row_id: str) -> str:
    return f"recipient.fields:{row_id}"


def addresses(session: Session, mailing: Mailing) -> Iterator[str]:
    """The address of each who gets a mail, one in memory at a time."""
    query = select(Recipient.id, Recipient.fields_sealed).where(written_to(mailing))
    for row_id, fields in session.execute(query.execution_options(yield_per=AT_ONCE)):
        yield opened(session, mailing.incident_id, row_id, fields).email


def written_to(mailing: Mailing) -> ColumnElement[bool]:
    """Who gets a mail: one row a person."""
    mine = Recipient.mailing_id == mailing.id
    return mine & (Recipient.channel == Channel.EMAIL) & (Recipient.state == "pending")


def count(session: Session, mailing: Mailing, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(Recipient.mailing_id == mailing.id, *conditions)) or 0


def list_hash(session: Session, mailing: Mailing) -> str:
    """A keyed hash over every row as it is to be used."""
    return keyed_lines(session, "mailing-list", _lines(session, mailing))


def _lines(session: Session, mailing: Mailing) -> Iterator[str]:
    fields = (Recipient.id, Recipient.row, Recipient.channel, Recipient.state, Recipient.language)
    mine = select(*fields, Recipient.fields_sealed).where(Recipient.mailing_id == mailing.id).order_by(Recipient.row)
    for row_id, row, channel, state, lang, fields_sealed in session.execute(mine.execution_options(yield_per=AT_ONCE)):
        known = unseal(session, mailing.incident_id, _place(row_id), fields_sealed)
        yield json.dumps([row, channel, state if state != "told" else "pending", lang, known], ensure_ascii=False)
