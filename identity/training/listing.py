"""A list of who took a course: a text file with e-mail address, day and, where there is one, score in per cent."""

import io
from dataclasses import dataclass
from datetime import date

from core.errors import N_, Invalid
from identity.training.rules import possible_day
from notifications.letters.csv_rows import looked_through, rows

MOST = 5000
HEADS = {
    "email": {"email", "e-mail", "e-post", "epost", "mail", "mejl", "adress"},
    "taken_on": {"date", "day", "datum", "dag", "taken", "genomförd", "taken on"},
    "score": {"score", "poäng", "resultat", "result", "procent", "per cent"},
}
NO_HEADS = N_("The first row must name the columns: email, date and, if you like, score.")
TOO_MANY = N_("A list may have at most 5,000 rows.")
NOTHING = N_("The list has no rows below the names of the columns.")
NO_DAY = N_("the day must be written as 2026-03-01 and may not lie ahead")
NO_SCORE = N_("the score must be a whole number from 0 to 100")
NOBODY = N_("nobody with this address has an account")
FIELD = "list"


@dataclass(frozen=True, slots=True)
class Listed:
    """One row that can be used."""

    row: int
    email: str
    taken_on: date
    score: int | None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row; it is named by its number, never by its address."""

    row: int
    sentence: str


def read_list(content: bytes, today: date) -> tuple[list[Listed], list[Fault]]:
    """The rows of a file, and the faults of those that cannot be used.

    Raises:
        Invalid: it is no such list at all.
    """
    file = io.BytesIO(content)
    try:
        records = [(number, cells) for number, cells in rows(file, looked_through(file)[0]) if any(cells)]
    except Invalid as wrong:
        raise Invalid({FIELD: next(iter(wrong.fields.values()))}, **wrong.params) from None
    places = _places(records[0][1]) if records else {}
    if not {"email", "taken_on"} <= set(places):
        raise Invalid({FIELD: NO_HEADS})
    if len(records) == 1 or len(records) > MOST + 1:
        raise Invalid({FIELD: NOTHING if len(records) == 1 else TOO_MANY})
    found = [_one(number, cells, places, today) for number, cells in records[1:]]
    return [one for one in found if isinstance(one, Listed)], [one for one in found if isinstance(one, Fault)]


def _places(cells: tuple[str, ...]) -> dict[str, int]:
    heads = [cell.strip().casefold() for cell in cells]
    return {name: place for name, known in HEADS.items() for place, head in enumerate(heads) if head in known}


def _one(number: int, cells: tuple[str, ...], places: dict[str, int], today: date) -> Listed | Fault:
    said = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
    try:
        taken_on = date.fromisoformat(said["taken_on"])
    except ValueError:
        return Fault(number, NO_DAY)
    if not possible_day(taken_on, today):
        return Fault(number, NO_DAY)
    score = said.get("score", "").removesuffix("%").strip()
    if score and not (score.isascii() and score.isdecimal() and int(score[:4]) <= 100):
        return Fault(number, NO_SCORE)
    return Listed(number, said["email"].lower(), taken_on, int(score) if score else None)
