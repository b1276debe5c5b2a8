"""Each letter as its reader gets it: on a desktop or a phone, light or dark, as plain text, in every language."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_, Erased, NotFound
from core.i18n import translate
from core.web import Now, Tx, page, require
from incidents.case_view import case_view
from incidents.informing.reading import readers
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
    request: Request, reference: str, session: Tx, now: Now, actor: Reader, n: int = 1, row: int = 0,
    look: Look = Look.DESKTOP, reads: str = "",
) -> Response:  # fmt: skip
    """The n-th letter, word for word; with `reads`, the n-th of those in that language."""
    incident, lang = find(session, actor, reference, Operation.READ_MAILING), request.state.lang
    mailing = required(session, incident)
    words = letter_of(session, mailing)
    person, number, total = _nth(session, mailing, n, row, reads)
    version = words.versions.get(person.language) if words and person else None
    if version is None or person is None:
        raise NotFound()
    if not person.fields_sealed:
        raise Erased(NOBODY_LEFT)
    known, seen = details(session, mailing, person), readers(session, mailing, shown=True)
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
        number=number,
        total=total,
        look=look.value,
        looks=[(one.value, translate(lang, word)) for one, word in WORDS.items()],
        reads=reads,
        languages=[(code, LANGUAGES[code].title.in_(lang), count) for code, count in seen.items()],
        by_mail=person.channel == Channel.EMAIL,
    )


def _nth(session: Session, mailing: Mailing, n: int, row: int, reads: str) -> tuple[Recipient | None, int, int]:
    """A person by place among all who get a letter, or by row; whoever is protected is not shown."""
    mine: ColumnElement[bool] = Recipient.mailing_id == mailing.id
    mine &= (Recipient.state != "merged") & Recipient.protected.is_(False)
    if reads in LANGUAGES:
        mine &= Recipient.language == reads
    total = session.scalar(select(func.count()).where(mine)) or 0
    if row:
        before = session.scalar(select(func.count()).where(mine, Recipient.row < row)) or 0
        return session.scalar(select(Recipient).where(mine, Recipient.row == row)), before + 1, total
    n = max(1, min(n, total))
    person = session.scalar(select(Recipient).where(mine).order_by(Recipient.row).offset(n - 1).limit(1))
    return person, n, total
