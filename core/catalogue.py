"""Facts are data: TOML cards beside a package, read into frozen models at start. A wrong card stops the start.

It is named with its file and its line, so that whoever wrote the card finds the slip (`vaka` prints the sentence).
"""

import re
import tomllib
from importlib.resources import files
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Card = TypeVar("Card", bound=BaseModel)
Place = tuple[int | str, ...]


class Words(BaseModel, frozen=True, extra="forbid"):
    """One text of a card, in both languages."""

    sv: str
    en: str

    def in_(self, lang: str) -> str:
        return self.sv if lang == "sv" else self.en


class WrongCard(Exception):
    """A card that cannot be read, named with its file and line."""


def load(package: str, model: type[Card]) -> dict[str, Card]:
    """Every `*.toml` beside `package`, in order of name: file stem -> card.

    Raises:
        WrongCard: a card that does not fit `model`.
    """
    found = (file for file in files(package).iterdir() if file.name.endswith(".toml"))
    return {
        file.name.removesuffix(".toml"): read_card(path_of(package, file.name), file.read_text("utf-8"), model)
        for file in sorted(found, key=lambda entry: entry.name)
    }


def read_card(name: str, text: str, model: type[Card]) -> Card:
    """One card from its text.

    Raises:
        WrongCard: it is no TOML, or does not fit `model`: the first thing that is wrong, at its line.
    """
    try:
        return model.model_validate(tomllib.loads(text))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        reason = first["msg"].removeprefix("Value error, ")
        words = ": ".join(filter(None, [_named(first["loc"]), reason]))
        raise WrongCard(f"{name}:{line_of(text, first['loc'])}: {words}") from None
    except tomllib.TOMLDecodeError as wrong:
        spot = re.search(r"at line (\d+)", str(wrong))
        raise WrongCard(f"{name}:{spot[1] if spot else text.count(chr(10)) + 1}: {wrong}") from None


def path_of(package: str, file: str) -> str:
    return f"{package.replace('.', '/')}/{file}"


def line_of(text: str, place: Place) -> int:
    """The line of a value such as `("channel", 2, "kind")`: its own key, else the head of its table, else the first."""
    lines = text.splitlines()
    start, rest = _table(lines, place)
    for number in range(start, len(lines)):
        if number > start and lines[number].startswith("["):
            break
        if rest and re.match(rf"{re.escape(str(rest[0]))}\s*=", lines[number]):
            return number + 1
    return start + 1


def _table(lines: list[str], place: Place) -> tuple[int, Place]:
    """Where the table begins that holds the value, and the way on from there."""
    if len(place) > 1 and isinstance(place[1], int):
        heads = [number for number, line in enumerate(lines) if line.strip() == f"[[{place[0]}]]"]
        if place[1] < len(heads):
            return heads[place[1]], place[2:]
    heads = [number for number, line in enumerate(lines) if place and line.strip() == f"[{place[0]}]"]
    return (heads[0], place[1:]) if heads else (0, place)


def _named(place: Place) -> str:
    """`channel 3, kind`: tables are counted as people count."""
    words: list[str] = []
    for part in place:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(str(part))
    return ", ".join(words)
