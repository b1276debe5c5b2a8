"""Three things to do now, by what has happened. Shown after the report has arrived, so that they never delay it."""

from collections.abc import Mapping

from pydantic import BaseModel, model_validator

from core.catalogue import Words, load
from incidents.questions import Kind


class Tip(BaseModel, frozen=True, extra="forbid"):
    do: Words
    how: Words


class Card(BaseModel, frozen=True, extra="forbid"):
    """Three tips, the most urgent first; one asks to keep the traces."""

    tip: tuple[Tip, Tip, Tip]


class Cards(BaseModel, frozen=True):
    cards: Mapping[str, Card]

    @model_validator(mode="after")
    def one_for_each_kind(self) -> "Cards":
        missing = set(Kind) - set(self.cards)
        if missing:
            raise ValueError(f"no tips for {', '.join(sorted(missing))}")
        return self


TIPS: Mapping[str, Card] = Cards(cards=load(__name__, Card)).cards
