"""Facts are data: TOML cards beside a package, read into frozen models at start. A wrong card stops the start."""

import tomllib
from importlib.resources import files
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Card = TypeVar("Card", bound=BaseModel)


class Words(BaseModel, frozen=True, extra="forbid"):
    """One text of a card, in both languages."""

    sv: str
    en: str

    def in_(self, lang: str) -> str:
        return self.sv if lang == "sv" else self.en


class WrongCard(Exception):
    """A card that cannot be read, named with its file."""


def load(package: str, model: type[Card]) -> dict[str, Card]:
    """Every `*.toml` beside `package`, in order of name: file stem -> card.

    Raises:
        WrongCard: a card that does not fit `model`.
    """
    cards = {}
    for file in sorted(files(package).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            try:
                cards[file.name.removesuffix(".toml")] = model.model_validate(tomllib.loads(file.read_text("utf-8")))
            except (ValidationError, tomllib.TOMLDecodeError) as wrong:
                raise WrongCard(f"{package}/{file.name}: {wrong}") from None
    return cards
