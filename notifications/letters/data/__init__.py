"""What the data of a breach is called, in every language of our letters.

A list says "personnummer" or "fødselsnummer"; each person reads it in their own language. A word that is not known here
is put into words by the writer, language by language, and never sent in another one unnoticed.
"""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, model_validator

from core.catalogue import load
from notifications.letters.languages import InEach


class DataWord(BaseModel, frozen=True, extra="forbid"):
    """One kind of data. `also`: what lists call it besides."""

    code: str
    kind: str
    also: tuple[str, ...] = ()
    say: InEach


class Vocabulary(BaseModel, frozen=True, extra="forbid"):
    word: tuple[DataWord, ...]

    @model_validator(mode="after")
    def _tells_apart(self) -> "Vocabulary":
        spelt: dict[str, str] = {}
        for word in self.word:
            for one in _spellings(word):
                if spelt.setdefault(one, word.code) != word.code:
                    raise ValueError(f"{one} means {spelt[one]} and {word.code}")
        return self


def _spellings(word: DataWord) -> set[str]:
    return {one.casefold() for one in (word.code, *word.also, *word.say.values())}


WORDS: Mapping[str, DataWord] = {word.code: word for word in load(__name__, Vocabulary)["words"].word}
_KNOWN = {spelling: code for code, word in WORDS.items() for spelling in _spellings(word)}


def known(text: str) -> DataWord | None:
    """The kind of data a list means by `text`."""
    code = _KNOWN.get(" ".join(text.casefold().split()))
    return WORDS[code] if code else None


def in_language(data: Iterable[str], lang: str, own: Mapping[str, str]) -> tuple[str, ...]:
    """The words of a list as the reader of `lang` reads them, each once; `own` are those the writer has put in."""
    said = ((word.say[lang] if (word := known(one)) else own.get(one, one)) for one in data)
    return tuple(dict.fromkeys(said))


def unknown(data: Iterable[str]) -> list[str]:
    """The words of a list that only a person can put into another language."""
    return [one for one in dict.fromkeys(data) if known(one) is None]


def kinds_of(data: Iterable[str]) -> set[str]:
    """The kinds of the classification that these words fall under, as far as they are known."""
    return {word.kind for one in data if (word := known(one))}


def not_involved(codes: Iterable[str], own: Iterable[str], lang: str) -> str:
    """What was not part of it, said to one person: never a kind of data that is on this person's own row."""
    theirs = kinds_of(own)
    return ", ".join(WORDS[code].say[lang] for code in codes if code in WORDS and WORDS[code].kind not in theirs)
