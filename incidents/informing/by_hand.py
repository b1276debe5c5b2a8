"""Who is told without mail: letters on paper for those with a postal address, a call list for those with a telephone.

Neither holds a protected identity, nor a child, whose guardian is told: somebody takes care of them.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.audit.anchoring import signed_at
from core.errors import N_, Conflict, Invalid
from core.organisation import organisation
from incidents.informing.mailings import mailing_of
from incidents.informing.public_notice import words_of
from incidents.informing.sending import each_missing, missing
from incidents.informing.writing import letter_of
from incidents.models import Incident
from incidents.states import PeopleTrack
from notifications.letters.data import in_language
from notifications.letters.letter import letter_to
from notifications.letters.list_rows import Details, details
from notifications.letters.manuscript import Manuscript
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


def by_post(session: Session, mailing: Mailing) -> Iterator[tuple[Recipient, Details]]:
    """Whom no mail has reached and a letter can."""
    return ((row, known) for row, known in _left(session, mailing) if known.address)


def to_call(session: Session, mailing: Mailing) -> Iterator[ToCall]:
    """Whom neither mail nor post reaches and a call can."""
    letter = letter_of(session, mailing)
    for row, known in _left(session, mailing):
        if _only_a_call(known):
            yield _to_call(session, mailing, letter, row, known)


def calls_beyond(session: Session, mailing: Mailing, after: int, most: int) -> list[tuple[int, ToCall | None]]:
    """So many rows of those nobody has reached, each with its call when it needs one."""
    letter = letter_of(session, mailing)
    found = [(row, _opened(session, mailing, row)) for row in missing(session, mailing, after, most)]
    return [
        (row.row, _to_call(session, mailing, letter, row, known) if known and _only_a_call(known) else None)
        for row, known in found
    ]


def calls(session: Session, mailing: Mailing) -> int:
    """How many calls there are to make."""
    return sum(_only_a_call(known) for _, known in _left(session, mailing))


def counted(session: Session, mailing: Mailing | None, track: PeopleTrack) -> tuple[Post, int]:
    """How many letters to print and calls to make, once the wait is over."""
    if mailing is None or track not in AFTER_THE_WAIT:
        return Post(), 0
    letters = fresh = numbers = 0
    for row, known in _left(session, mailing):
        letters += bool(known.address)
        fresh += bool(known.address) and row.printed_at is None
        numbers += _only_a_call(known)
    return Post(letters, fresh), numbers


def _left(session: Session, mailing: Mailing) -> Iterator[tuple[Recipient, Details]]:
    for row in each_missing(session, mailing):
        if known := _opened(session, mailing, row):
            yield row, known


def _opened(session: Session, mailing: Mailing, row: Recipient) -> Details | None:
    """Nothing of those somebody takes care of."""
    return None if row.protected or row.reason == Reason.CHILD else details(session, mailing, row)


def _only_a_call(known: Details) -> bool:
    return bool(known.phone) and not known.address


def _to_call(
    session: Session, mailing: Mailing, letter: Manuscript | None, row: Recipient, known: Details
) -> ToCall:  # fmt: skip
    version = letter.versions.get(row.language) if letter else None
    own = in_language(known.data, row.language, version.list_words if version else {})
    return ToCall(row.row, row.id, known.name, known.phone, row.language,
                  own or (version.data if version else ()), words_of(session, mailing, row.language))  # fmt: skip


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
    waiting = (pair for pair in by_post(session, mailing) if again or pair[0].printed_at is None)
    chosen = list(islice(waiting, MOST_SHEETS))
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
