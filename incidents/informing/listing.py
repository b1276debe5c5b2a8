"""The list of people: sent in, looked at, imported whole or not at all; and those who are told in another way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict, Invalid, NotFound
from core.keys import seal_bytes, unseal_bytes
from core.organisation import organisation
from incidents.informing.mailings import mailing_of, mailing_to_edit
from incidents.informing.reading import keep_list_words
from incidents.models import Incident
from incidents.states import PeopleTrack
from notifications.letters.columns import confirmed, guess
from notifications.letters.duplicates import Entry, united
from notifications.letters.list_file import read
from notifications.letters.list_rows import count, replace_list, unite
from notifications.letters.models import Mailing, Recipient
from notifications.letters.recipients import Channel, Fault, Reason, understand
from notifications.letters.spreadsheet import Sheet
from notifications.models import OutboxMessage

NO_DRAFT = N_("There is no list to import. Choose the file again.")
FAULTY = N_("{count} rows have faults, so nothing was imported.")
WAYS = {
    "letter": N_("By a letter in the post"),
    "phone": N_("By phone"),
    "in_person": N_("In person"),
    "public": N_("By a public notice"),
}


@dataclass(frozen=True, slots=True)
class Importing:
    """A list that was sent in and not yet imported: what was read, and what is wrong with it."""

    sheet: Sheet
    columns: list[str]
    entries: list[Entry]
    faults: tuple[Fault, ...]

    @property
    def faulty_rows(self) -> int:
        return len({fault.row for fault in self.faults})


def keep_draft(session: Session, actor: Actor, incident: Incident, data: bytes, now: datetime) -> Mailing:
    """Keep a short list, sealed, until its columns are confirmed. Nothing of it is imported yet.

    Raises:
        Invalid: it cannot be read as a list.
        Conflict: the letters are on their way.
    """
    read(data)
    mailing = mailing_to_edit(session, actor, incident, now)
    mailing.draft_sealed = seal_bytes(session, incident.id, _place(mailing), data)
    return mailing


def draft_of(session: Session, incident: Incident, chosen: Sequence[str] | None = None) -> Importing | None:
    """The list that waits, read with the columns chosen, or with our guess."""
    mailing = mailing_of(session, incident)
    if mailing is None or not mailing.draft_sealed:
        return None
    sheet = read(unseal_bytes(session, incident.id, _place(mailing), mailing.draft_sealed))
    columns = list(chosen) if chosen else guess(sheet.heads)
    try:
        reading = understand(sheet, confirmed(columns), organisation(session).language)
    except Invalid:
        if chosen:
            raise
        return Importing(sheet, columns, [], ())
    return Importing(sheet, columns, united(reading.people), reading.faults)


def import_list(
    session: Session, actor: Actor, incident: Incident, columns: Sequence[str], now: datetime, *, with_faults: bool
) -> Importing:
    """Take the whole list. With faults nothing is imported, unless a person says: the rest, and keep these as tasks.

    Raises:
        Invalid: rows with faults, under the field `rows`; or columns that cannot work.
        Conflict: no list waits, or the letters are on their way.
    """
    mailing = mailing_to_edit(session, actor, incident, now)
    found = draft_of(session, incident, columns)
    if found is None:
        raise Conflict(NO_DRAFT)
    if found.faults and not with_faults:
        raise Invalid({"rows": FAULTY}, count=found.faulty_rows)
    replace_list(session, mailing, found.entries)
    keep_list_words(session, mailing, found.entries)
    mailing.draft_sealed = ""
    mailing.imported_by = mailing.last_edited_by = actor.id
    mailing.imported_at = mailing.edited_at = now
    people = [entry for entry in found.entries if entry.same_as is None]
    record(session, actor, "mailing:list_imported", incident.reference, now, case=incident.id,
           facts={"rows": len(found.entries), "people": len(people), "faults": found.faulty_rows,
                  "by_mail": sum(entry.person.channel is Channel.EMAIL for entry in people)})  # fmt: skip
    return found


def settle_doubt(
    session: Session, actor: Actor, incident: Incident, recipient: Recipient, same: bool, now: datetime
) -> int:
    """A person has looked: the two rows are one person, whose letter then names the data of both, or they are not.
    Returns how many doubts are left.

    Raises:
        Conflict: it is settled already, or the letters are on their way.
    """
    mailing = mailing_to_edit(session, actor, incident, now)
    if recipient.state != "doubt":
        raise Conflict(N_("Somebody has already answered this. Load the page again and look."))
    recipient.state = "merged" if same else "pending"
    if same:
        unite(session, mailing, session.get_one(Recipient, recipient.same_as), recipient)
    else:
        recipient.same_as = None
    mailing.last_edited_by, mailing.edited_at = actor.id, now
    record(session, actor, "mailing:doubt_settled", incident.reference, now, case=incident.id,
           facts={"row": recipient.row, "same": same})  # fmt: skip
    session.flush()
    return count(session, mailing, Recipient.state == "doubt")


def tell_otherwise(
    session: Session, actor: Actor, incident: Incident, recipient: Recipient, how: str, now: datetime
) -> None:
    """Note that somebody whom no mail reaches has been told.

    Raises:
        Invalid: an unknown way.
        Conflict: the letter is not approved yet, or a mail reaches this person.
    """
    if how not in WAYS:
        raise Invalid({"how": N_("Choose how this person was told.")})
    if PeopleTrack(incident.people_track) in {PeopleTrack.PREPARING, PeopleTrack.TESTED, PeopleTrack.NOT_REQUIRED}:
        raise Conflict(N_("The letter is not approved yet, so nobody can have been told."))
    message = session.get(OutboxMessage, recipient.outbox_id) if recipient.outbox_id else None
    if recipient.state != "pending" or (message and message.state not in {"failed", "dead", "bounced", "cancelled"}):
        raise Conflict(N_("This person is told by mail, or has been told already."))
    recipient.state, recipient.told_how, recipient.told_by, recipient.told_at = "told", how, actor.id, now
    record(session, actor, "mailing:told", incident.reference, now, case=incident.id,
           facts={"row": recipient.row, "how": how})  # fmt: skip


def recipient_of(session: Session, mailing: Mailing, recipient_id: str) -> Recipient:
    """A row of this mailing.

    Raises:
        NotFound: it belongs to another, or there is none.
    """
    row = session.get(Recipient, recipient_id)
    if row is None or row.mailing_id != mailing.id:
        raise NotFound()
    return row


def why(reason: str) -> str:
    """Why somebody is not mailed, as a sentence to translate."""
    return REASONS[Reason(reason)]


REASONS = {
    Reason.NOTHING: "",
    Reason.NO_MAIL: N_("No e-mail address"),
    Reason.WANTS_LETTER: N_("Is to get a letter in the post"),
    Reason.PROTECTED: N_("Protected identity: never by mail"),
    Reason.CHILD: N_("A child: tell the guardian"),
    Reason.BAD_ADDRESS: N_("The row had a fault when it was imported"),
    Reason.NO_CONTACT: N_("Wants no mail: must be told all the same"),
    Reason.RETURNED: N_("The mail of an earlier letter came back"),
    Reason.RARE_LETTERS: N_("The address has letters that some servers refuse"),
}


def _place(mailing: Mailing) -> str:
    return f"mailing.draft:{mailing.id}"
