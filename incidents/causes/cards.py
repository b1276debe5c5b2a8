"""The shapes of the cause cards: what a card holds, and a cause as everything else reads it."""

from typing import Literal, Self

from pydantic import BaseModel, model_validator

from core.catalogue import Words
from incidents.classification import CauseClass

Origin = Literal["policy", "company"]


class Entry(BaseModel, frozen=True, extra="forbid"):
    """One line of a card. `ask` is put to the manager because the same event stands in several places of the policy:
    `or_else` are the others, `why` says so."""

    code: str
    origin: Origin
    sv: str
    en: str
    hint: Words
    or_else: tuple[str, ...] = ()
    ask: Words | None = None
    why: Words | None = None
    needs_text: bool = False

    @model_validator(mode="after")
    def asks_with_its_reason(self) -> Self:
        if not (bool(self.or_else) == (self.ask is not None) == (self.why is not None)):
            raise ValueError(f"{self.code}: or_else, ask and why stand together or not at all")
        return self


class Card(BaseModel, frozen=True, extra="forbid"):
    """A class of clause 8.2, or "not yet known", which has a hint of its own and no entries."""

    clause: str
    sv: str
    en: str
    hint: Words | None = None
    cause: tuple[Entry, ...]


class Cause(BaseModel, frozen=True):
    """A cause as it is stored and shown: `accidental.misrouting`. `words` are a company's own for the suggestion; the
    shipped ones have lists (incidents/suggesting)."""

    code: str
    cause_class: CauseClass
    clause: str
    origin: Origin
    label: Words
    hint: Words
    ask: Words | None = None
    why: Words | None = None
    or_else: tuple[str, ...] = ()
    needs_text: bool = False
    words: tuple[str, ...] = ()
