"""Who is told without mail: letters on paper for those with a postal address, a call list for those with a telephone.

Neither holds a protected identity, nor a child, whose guardian is told: somebody takes care of them.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.audit.anchoring import signed_at
from core.errors import N_, Conflict, Invalid
from core.organisation import organisation
from incidents.informing.mailings import mailing_of
from incidents.informing.public_notice import words_of
from incidents.informing.sending import missing
from incidents.informing.writing import letter_of
from incidents.models import Incident
from incidents.states import PeopleTrack
from notifications.letters.data import in_language
from notifications.letters.letter import letter_to
from notifications.letters.list_rows import Details, details
from notifications.letters.models import Mailing, Recipient
from notifications.letters.paper import Sheet, on_paper
from notifications.letters.recipients import Reason
from notifications.letters.window import Side

MOST_SHEETS = 100  # a file; Typst takes some seconds for so many
AFTER_THE_WAIT = {PeopleTrack.SENDING, PeopleTrack.PAUSED, PeopleTrack.SENT, PeopleTrack.DONE}
TOO_EARLY = N_("Letters are printed when the time to stop them is over.")
NOTHING_TO_PRINT = N_("No letter waits to be printed.")


@dataclass(frozen=True, slots=True)
class Post:
    """Letters for the post, counted: all of them, and those nobody has printed yet."""

    everybody: int = 0
    fresh: int = 0


@dataclass(frozen=True, slots=True)
class ToCall:
    """Somebody to ring up. `words` open the public copy; `data` is what to say, in their language."""

    row: int
    id: str
    name: str
    phone: str
    language: str
    data: tuple[str, ...]
    words: str


def by_post(session: Session, mailing: Mailing) -> list[tuple[Recipient, Details]]:
    """Whom no mail has reached and a letter can."""
    return [(row, known) for row, known in _left(session, mailing) if known.address]


def to_call(session: Session, mailing: Mailing) -> list[ToCall]:
    """Whom neither mail nor post reaches and a call can."""
    letter = letter_of(session, mailing)
    found = []
    for row, known in _left(session, mailing):
        if known.phone and not known.address:
            version = letter.versions.get(row.language) if letter else None
            own = in_language(known.data, row.language, version.list_words if version else {})
            found.append(
                ToCall(row.row, row.id, known.name, known.phone, row.language,
                       own or (version.data if version else ()), words_of(session, mailing, row.language))
            )  # fmt: skip
    return found


def counted(session: Session, mailing: Mailing | None, track: PeopleTrack) -> tuple[Post, int]:
    """How many letters to print and calls to make, once the wait is over."""
    if mailing is None or track not in AFTER_THE_WAIT:
        return Post(), 0
    letters = by_post(session, mailing)
    fresh = sum(row.printed_at is None for row, _ in letters)
    return Post(len(letters), fresh), len(to_call(session, mailing))


def _left(session: Session, mailing: Mailing) -> Iterator[tuple[Recipient, Details]]:
    for row in missing(session, mailing):
        if not row.protected and row.reason != Reason.CHILD:
            yield row, details(session, mailing, row)


def print_letters(
    session: Session, actor: Actor, incident: Incident, side: str, now: datetime, *, again: bool = False
) -> bytes:
    """One PDF with a letter on a page of its own for each who gets none by mail; each is marked as printed.

    The words are those that were approved. With `again` also those already printed come, for a printer that jammed.

    Raises:
        Conflict: it is too early, or no letter waits.
        Invalid: no such side.
    """
    mailing = mailing_of(session, incident)
    if mailing is None or PeopleTrack(incident.people_track) not in AFTER_THE_WAIT:
        raise Conflict(TOO_EARLY)
    if side not in set(Side):
        raise Invalid({"side": N_("Choose one of the answers.")})
    chosen = [pair for pair in by_post(session, mailing) if again or pair[0].printed_at is None][:MOST_SHEETS]
    words = letter_of(session, mailing)
    if not chosen or words is None:
        raise Conflict(NOTHING_TO_PRINT)
    sheets = [
        Sheet(row.language, (known.name, *known.address.splitlines()),
              letter_to(words.versions[row.language], known.name, known.data))
        for row, known in chosen
    ]  # fmt: skip
    made = on_paper(sheets, organisation(session), incident.reference, Side(side), now, signed_at(session, now))
    for row, _ in chosen:
        row.printed_at = now
    record(session, actor, "mailing:printed", incident.reference, now, case=incident.id,
           facts={"letters": len(chosen), "rows": f"{chosen[0][0].row}-{chosen[-1][0].row}",
                  "digest": hashlib.sha256(made).hexdigest()})  # fmt: skip
    return made
