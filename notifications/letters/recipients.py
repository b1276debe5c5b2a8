"""From the rows of a list to people: how each is reached, in which language, and which rows are wrong.

Nobody is dropped. A row with a fault stops the import; a person may then import the rest and keep the faulty rows as
people somebody must take care of.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from core.errors import N_
from notifications.letters.addresses import Mailbox, Unusable, mailbox
from notifications.letters.columns import Column
from notifications.letters.languages import read_by
from notifications.letters.spreadsheet import ERRORS, Sheet

YES = {"yes", "y", "ja", "j", "true", "sant", "1", "x"}
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
LONGEST = 400
NO_NAME = N_("The name is missing.")
TOO_LONG = N_("The text is too long.")
ROW_LENGTH = N_("The row has more cells than there are headings.")
ERROR = N_("The cell shows an error of the spreadsheet, or holds a formula without a value.")


class Channel(StrEnum):
    EMAIL = "email"
    LETTER = "letter"
    PHONE = "phone"
    MANUAL = "manual"
    NONE = "none"


class Reason(StrEnum):
    """Why somebody is not mailed, or only perhaps."""

    NOTHING = ""
    NO_MAIL = "no_mail"
    WANTS_LETTER = "wants_letter"
    PROTECTED = "protected"
    CHILD = "child"
    BAD_ADDRESS = "bad_address"
    NO_CONTACT = "no_contact"
    RARE_LETTERS = "rare_letters"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and exactly where: the row as the spreadsheet counts, the heading as it is written."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Person:
    """One row, understood. `names` and `data` may have been joined from several rows."""

    row: int
    name: str = field(repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    data: tuple[str, ...] = field(default=(), repr=False)
    ref: str = field(default="", repr=False)
    language: str = "sv"
    default_language: bool = False
    channel: Channel = Channel.NONE
    reason: Reason = Reason.NOTHING
    mailbox: Mailbox | None = field(default=None, repr=False)

    @property
    def protected(self) -> bool:
        return self.reason is Reason.PROTECTED


@dataclass(frozen=True, slots=True)
class Reading:
    people: tuple[Person, ...]
    faults: tuple[Fault, ...]


def understand(sheet: Sheet, columns: Sequence[Column | None], default_language: str) -> Reading:
    """Every row as a person. A row with a fault is there too, to be taken care of by hand."""
    people: list[Person] = []
    faults: list[Fault] = []
    for number, cells in sheet.rows:
        person, wrong = _row(number, cells, sheet.heads, columns, default_language)
        people.append(person)
        faults += wrong
    return Reading(tuple(people), tuple(faults))


def _row(
    number: int, cells: Sequence[str], heads: Sequence[str], columns: Sequence[Column | None], default: str
) -> tuple[Person, list[Fault]]:
    raw = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    titles = {column: head for column, head in zip(columns, heads, strict=False) if column}
    faults = [Fault(number, "", ROW_LENGTH)] if len(cells) > len(heads) else []
    faults += [Fault(number, titles[column], TOO_LONG) for column, cell in raw.items() if len(cell) > LONGEST]
    faults += [Fault(number, titles[column], ERROR) for column, cell in raw.items() if cell.strip() in ERRORS]
    values = {column: clean(cell, lines=column in {Column.ADDRESS, Column.STREET}) for column, cell in raw.items()}
    person = _person(number, values, default)
    if not person.name:
        faults.append(Fault(number, titles.get(Column.NAME) or titles.get(Column.GIVEN_NAME, ""), NO_NAME))
    try:
        person = _reach(person, values, raw.get(Column.EMAIL, ""))
    except Unusable as wrong:
        faults.append(Fault(number, titles[Column.EMAIL], wrong.reason))
    return (replace(person, channel=Channel.MANUAL, reason=Reason.BAD_ADDRESS), faults) if faults else (person, [])


def _person(number: int, values: dict[Column, str], default: str) -> Person:
    parts = (values.get(Column.NAME, ""), values.get(Column.GIVEN_NAME, ""), values.get(Column.FAMILY_NAME, ""))
    language, theirs = read_by(values.get(Column.LANGUAGE, ""), default)
    return Person(
        row=number,
        name=" ".join(part for part in parts if part),
        email=values.get(Column.EMAIL, ""),
        phone=values.get(Column.PHONE, ""),
        address=_postal(values),
        data=tuple(
            dict.fromkeys(part.strip() for part in re.split(r"[;,|\n]", values.get(Column.DATA, "")) if part.strip())
        ),
        ref=values.get(Column.REF, ""),
        language=language,
        default_language=not theirs,
    )


def _postal(values: dict[Column, str]) -> str:
    town = " ".join(part for part in (values.get(Column.POSTCODE, ""), values.get(Column.CITY, "")) if part)
    place = values.get(Column.ADDRESS) or values.get(Column.STREET, "")
    return "\n".join(part for part in (place, town, values.get(Column.COUNTRY, "")) if part) if place else ""


def _reach(person: Person, values: dict[Column, str], raw_email: str) -> Person:
    """How this person is told. A protected identity is never mailed, and of it no address is kept at all."""
    if values.get(Column.PROTECTED, "").casefold() in YES:
        return replace(person, email="", phone="", address="", channel=Channel.MANUAL, reason=Reason.PROTECTED)
    box = mailbox(raw_email) if raw_email.strip() else None
    if box:
        person = replace(person, email=box.address, mailbox=box)
    if values.get(Column.DO_NOT_CONTACT, "").casefold() in YES:
        return replace(person, channel=Channel.MANUAL, reason=Reason.NO_CONTACT)
    if values.get(Column.GUARDIAN) and not box:
        return replace(person, channel=Channel.MANUAL, reason=Reason.CHILD)
    if box and values.get(Column.CHANNEL, "").casefold() not in {"letter", "brev", "post"}:
        return replace(person, channel=Channel.EMAIL, reason=Reason.RARE_LETTERS if box.utf8 else Reason.NOTHING)
    if person.address:
        return replace(person, channel=Channel.LETTER, reason=Reason.WANTS_LETTER if box else Reason.NO_MAIL)
    return replace(person, channel=Channel.PHONE if person.phone else Channel.NONE, reason=Reason.NO_MAIL)


def clean(text: str, *, lines: bool = False) -> str:
    """One cell as text: composed letters, no control signs, no marks that turn the writing round."""
    text = BIDI.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n")
    kept = (
        "\n" if sign == "\n" and lines else " " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text
    )
    joined = "".join(kept)
    return "\n".join(" ".join(line.split()) for line in joined.split("\n") if line.strip())


def same_name(one: str, other: str) -> bool:
    """The same words in whatever order: `Testånder Bäärit` is Bäärit Testånder."""
    return words_of(one) == words_of(other)


def words_of(name: str) -> list[str]:
    return sorted(unicodedata.normalize("NFKC", name).casefold().split())
