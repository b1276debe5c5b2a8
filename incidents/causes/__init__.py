"""The risk factors of clause 8.2 as data: one card a class, one entry a code. A company adds codes of its own."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, model_validator

from core.catalogue import Words, load
from incidents.classification import CauseClass


class Entry(BaseModel, frozen=True, extra="forbid"):
    """One line of a card. `ask` is put to the manager because the policy has the same event under two classes."""

    code: str
    origin: Literal["policy", "company"]
    sv: str
    en: str
    ask: Words | None = None
    or_else: str | None = None
    needs_text: bool = False


class Card(BaseModel, frozen=True, extra="forbid"):
    clause: str
    sv: str
    en: str
    cause: tuple[Entry, ...]


class Cause(BaseModel, frozen=True):
    """A cause as it is stored and shown: `accidental.misrouting`."""

    code: str
    cause_class: CauseClass
    clause: str
    origin: Literal["policy", "company"]
    label: Words
    ask: Words | None
    or_else: str | None
    needs_text: bool


class Catalogue(BaseModel, frozen=True):
    """Every cause by its full code; a wrong `or_else` or a code twice stops the start."""

    causes: Mapping[str, Cause]

    @model_validator(mode="after")
    def points_to_causes_that_exist(self) -> "Catalogue":
        lost = [cause.code for cause in self.causes.values() if cause.or_else and cause.or_else not in self.causes]
        if lost:
            raise ValueError(f"causes that point to nothing: {', '.join(lost)}")
        return self


def _cause(kind: CauseClass, card: Card, entry: Entry) -> Cause:
    return Cause(
        code=f"{kind}.{entry.code}",
        cause_class=kind,
        clause=card.clause,
        origin=entry.origin,
        label=Words(sv=entry.sv, en=entry.en),
        ask=entry.ask,
        or_else=entry.or_else,
        needs_text=entry.needs_text,
    )


def _flatten(cards: Mapping[str, Card]) -> dict[str, Cause]:
    found: dict[str, Cause] = {}
    for kind in CauseClass:
        for entry in cards[kind].cause if kind in cards else ():
            cause = _cause(kind, cards[kind], entry)
            if cause.code in found:
                raise ValueError(f"the cause {cause.code} is there twice")
            found[cause.code] = cause
    return found


CARDS = load(__name__, Card)
CAUSES: Mapping[str, Cause] = Catalogue(causes=_flatten(CARDS)).causes


def of_class(kind: CauseClass) -> tuple[Cause, ...]:
    """The causes to choose from when the class is known."""
    return tuple(cause for cause in CAUSES.values() if cause.cause_class is kind)
