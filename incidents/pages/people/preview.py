"""Each letter as its reader gets it: on a desktop or a phone, light or dark, as plain text, in every language."""

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_, Erased, NotFound
from core.i18n import translate
from core.web import Now, Tx, page, require
from incidents.case_view import case_view
from incidents.informing.writing import letter_of
from incidents.pages.people.common import PREFIX, note_reading, required
from incidents.queries import find
from notifications.letters.addresses import spelt
from notifications.letters.languages import LANGUAGES
from notifications.letters.letter import laid_out, letter_to
from notifications.letters.list_rows import details
from notifications.letters.models import Mailing, Recipient
from notifications.letters.recipients import Channel

router = APIRouter(prefix=f"{PREFIX}/preview")
Reader = Annotated[Actor, Depends(require(Operation.READ_MAILING))]


class Look(StrEnum):
    """On what a letter is read."""

    DESKTOP = "desktop"
    PHONE = "phone"
    DARK = "dark"
    PLAIN = "plain"


NOBODY_LEFT = N_("Name, address and letter of this person have been erased.")
WORDS = {
    Look.DESKTOP: N_("On a desktop"),
    Look.PHONE: N_("On a phone"),
    Look.DARK: N_("On a dark phone"),
    Look.PLAIN: N_("As plain text"),
}


@router.get("")
def preview(
    request: Request, reference: str, session: Tx, now: Now, actor: Reader, row: int = 0,
    look: Look = Look.DESKTOP, reads: str = "",
) -> Response:  # fmt: skip
    """One letter, word for word: of that row of the list or the first; with `reads`, among those in that language."""
    incident, lang = find(session, actor, reference, Operation.READ_MAILING), request.state.lang
    mailing = required(session, incident)
    words = letter_of(session, mailing)
    person, before, following = _among(session, mailing, row, reads)
    version = words.versions.get(person.language) if words and person else None
    if version is None or person is None or words is None:
        raise NotFound()
    if not person.fields_sealed:
        raise Erased(NOBODY_LEFT)
    known = details(session, mailing, person)
    letter = letter_to(version, known.name, known.data)
    note_reading(session, actor, incident, now, "preview", [person.row])
    return page(
        request,
        "people/preview.html",
        case=case_view(session, actor, incident, now, lang),
        letter=letter,
        sections=laid_out(letter.text, person.language),
        person=person,
        language=LANGUAGES[person.language].title.in_(lang),
        details=known,
        email=spelt(known.email),
        previous=before,
        next=following,
        look=look.value,
        looks=[(one.value, translate(lang, word)) for one, word in WORDS.items()],
        reads=reads,
        languages=[(code, LANGUAGES[code].title.in_(lang)) for code in _read(session, mailing, words.versions)],
        by_mail=person.channel == Channel.EMAIL,
    )


def _among(
    session: Session, mailing: Mailing, row: int, reads: str
) -> tuple[Recipient | None, int | None, int | None]:  # fmt: skip
    """The person of that row or the first of all who get a letter, and the rows of those before and after; whoever is
    protected is not shown."""
    mine = _shown(mailing, reads)
    wanted = Recipient.row == row if row else Recipient.row > 0
    person = session.scalar(select(Recipient).where(mine, wanted).order_by(Recipient.row).limit(1))
    if person is None:
        return None, None, None
    rows = select(Recipient.row).where(mine).limit(1)
    before = session.scalar(rows.where(Recipient.row < person.row).order_by(Recipient.row.desc()))
    return person, before, session.scalar(rows.where(Recipient.row > person.row).order_by(Recipient.row))


def _read(session: Session, mailing: Mailing, written: Collection[str]) -> list[str]:
    """The languages of the letter that somebody on the list reads, in our order."""
    rows = select(Recipient.row).limit(1)
    return [code for code in LANGUAGES if code in written and session.scalar(rows.where(_shown(mailing, code)))]


def _shown(mailing: Mailing, reads: str) -> ColumnElement[bool]:
    mine = (Recipient.mailing_id == mailing.id) & (Recipient.state != "merged") & Recipient.protected.is_(False)
    return mine & (Recipient.language == reads) if reads in LANGUAGES else mine
