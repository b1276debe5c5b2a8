"""Whom a processor lets work for it in turn (GDPR Art. 28(2)): name, purpose, country. Kept sealed, as one text."""

import json
from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from core.errors import N_, Invalid
from core.territories import country_name, is_country, read_countries
from identity.forms import Line

MOST = 20
PARTS = ("name", "purpose", "country")
BAR = "|"
NO_BAR = N_("Write it without the sign |.")
NAMELESS = N_("Write who it is.")
NO_COUNTRY = N_("Write the name or the code of a country, for example Sweden or NO.")


def _without_bar(text: str) -> str:
    if BAR in text:
        raise ValueError(NO_BAR)
    return text


class SubProcessor(BaseModel, frozen=True):
    name: Annotated[Line, AfterValidator(_without_bar)]
    purpose: Annotated[str, Field(max_length=200), AfterValidator(_without_bar)] = ""
    country: Annotated[str, Field(max_length=2)] = ""


Rows = tuple[SubProcessor, ...]


def read_rows(cells: Iterable[Mapping[str, str]]) -> Rows:
    """The rows that say something; a fault stands at its cell, `sub_name_1` being that of the first row.

    Raises:
        Invalid: see there.
    """
    rows: list[SubProcessor] = []
    wrong: dict[str, str] = {}
    for number, cell in enumerate(cells, start=1):
        told = {part: " ".join(cell.get(part, "").split()) for part in PARTS}
        if any(told.values()):
            faults = _faults(told)
            wrong |= {f"sub_{part}_{number}": sentence for part, sentence in faults.items()}
            rows += [] if faults else [SubProcessor(**{**told, "country": _code(told["country"])})]
    if wrong:
        raise Invalid(wrong)
    return tuple(rows)


def as_text(rows: Rows) -> str:
    """As it is sealed."""
    return json.dumps([row.model_dump() for row in rows], ensure_ascii=False) if rows else ""


def from_text(text: str) -> Rows:
    return tuple(SubProcessor.model_construct(**row) for row in json.loads(text or "[]"))


def in_words(rows: Rows, lang: str) -> str:
    """One line each, for the log and for reading."""
    return "\n".join(
        ", ".join(filter(None, (row.name, row.purpose, country_name(row.country, lang) if row.country else "")))
        for row in rows
    )


def _faults(told: Mapping[str, str]) -> dict[str, str]:
    wrong = {part: NO_BAR for part in ("name", "purpose") if BAR in told[part]}
    if not told["name"]:
        wrong["name"] = NAMELESS
    for part, most in (("name", 120), ("purpose", 200)):
        if len(told[part]) > most:
            wrong[part] = N_("The text is too long.")
    if told["country"] and not is_country(_code(told["country"])):
        wrong["country"] = NO_COUNTRY
    return wrong


def _code(country: str) -> str:
    return next(iter(read_countries(country)), "")
