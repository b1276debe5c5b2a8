"""Suggested causes from the words of a report: a weighted word list that names the words it used.

No model and no download: who disagrees edits the list (`words_*.toml`). It proposes beside the form, and a person
chooses; nothing is filled in.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from pydantic import BaseModel, Field

from core.catalogue import load
from incidents.causes import SHIPPED
from incidents.causes.known import Catalogue
from incidents.classification import CauseClass

UNDETERMINED = "undetermined"
ENOUGH = 1.0  # weight: less than one telling word says nothing
AHEAD = 1.05  # how much stronger the best class must be than the next
GAP = r"(?:\W+\w+){0,5}?"
AT_MOST = 5
OWN_WEIGHT = 1.5  # a company's own words say more than a word that everybody has


class Entry(BaseModel, frozen=True, extra="forbid"):
    """Words that point to one cause. `*` stands for any ending, `~` for up to five words between."""

    code: str
    weight: float = Field(gt=0, le=5)
    words: tuple[str, ...]


class Words(BaseModel, frozen=True, extra="forbid"):
    """One language's list. A `trap` looks like a cause and is none: it is taken out before anything is counted."""

    traps: tuple[str, ...]
    entry: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cause, how sure the words make it (0 to 1), and the words."""

    code: str
    cause_class: CauseClass
    confidence: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Suggestions, best first, and the class they add up to, or `undetermined`."""

    suggestions: tuple[Suggestion, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A phrase of a list. `core` is its longest word: a text without it needs no closer look."""

    code: str
    weight: float
    core: str
    sought: re.Pattern[str]


def suggest(text: str, known: Catalogue = SHIPPED) -> Answer:
    """What the words of `text` point to, in any of the languages the lists know; never a cause that was retired."""
    found = _found(_without_traps(text), known)
    points = {code: sum(words.values()) for code, words in found.items()}
    total = sum(points.values())
    ranked = sorted(points, key=lambda code: (-points[code], code))
    kinds = {code: known.causes[code].cause_class for code in points}
    best = _best_class(points, kinds)
    ranked.sort(key=lambda code: kinds[code] != best)
    suggestions = tuple(
        Suggestion(code, kinds[code], round(points[code] / (total + 1), 2), tuple(found[code]))
        for code in ranked[:AT_MOST]
    )
    return Answer(suggestions, best)


def touched_by(phrases: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text has one of the phrases at all: where none occurs, a changed list makes no difference."""
    sought = _own(tuple(("", phrase) for phrase in sorted(phrases)))

    def touched(text: str) -> bool:
        folded = text.casefold()
        return any(pattern.core in folded and pattern.sought.search(text) is not None for pattern in sought)

    return touched


def phrases_of(code: str, known: Catalogue = SHIPPED) -> frozenset[str]:
    """The words that lead to a cause: of the shipped lists, and the company's own."""
    shipped = {phrase for words in _lists() for entry in words.entry if entry.code == code for phrase in entry.words}
    own = known.get(code)
    return frozenset(shipped | set(own.words if own else ()))


def _best_class(points: Mapping[str, float], kinds: Mapping[str, CauseClass]) -> str:
    """The class whose words weigh clearly most; when the words say too little or pull both ways, none."""
    classes: dict[str, float] = defaultdict(float)
    for code, weight in points.items():
        classes[kinds[code]] += weight
    ranked = sorted(classes, key=lambda kind: -classes[kind])
    if not ranked or classes[ranked[0]] < ENOUGH:
        return UNDETERMINED
    if len(ranked) > 1 and classes[ranked[0]] < classes[ranked[1]] * AHEAD:
        return UNDETERMINED
    return ranked[0]


def _found(text: str, known: Catalogue) -> dict[str, dict[str, float]]:
    """The words that were found for each cause, with their weight; the same word counts once."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    folded = text.casefold()
    for pattern in (*_patterns(), *_own(_own_words(known))):
        hit = pattern.sought.search(text) if pattern.core in folded else None
        if hit and known.offers(pattern.code):
            words = " ".join(hit.group().split()).casefold()
            found[pattern.code][words] = max(pattern.weight, found[pattern.code].get(words, 0))
    return dict(found)


def _without_traps(text: str) -> str:
    return _traps().sub(" ", text)


@cache
def _lists() -> tuple[Words, ...]:
    return tuple(load(__name__, Words).values())


@cache
def _patterns() -> tuple[_Pattern, ...]:
    return tuple(
        _Pattern(_known(entry.code), entry.weight, _core(phrase), re.compile(_expression(phrase), re.IGNORECASE))
        for words in _lists()
        for entry in words.entry
        for phrase in entry.words
    )


def _own_words(known: Catalogue) -> tuple[tuple[str, str], ...]:
    return tuple((cause.code, phrase) for cause in known.causes.values() for phrase in cause.words)


@lru_cache(maxsize=8)
def _own(words: tuple[tuple[str, str], ...]) -> tuple[_Pattern, ...]:
    return tuple(
        _Pattern(code, OWN_WEIGHT, _core(phrase), re.compile(_expression(phrase), re.IGNORECASE))
        for code, phrase in words
    )


@cache
def _traps() -> re.Pattern[str]:
    return _any(trap for words in _lists() for trap in words.traps)


def _known(code: str) -> str:
    if code not in SHIPPED.causes:
        raise ValueError(f"the word list points to {code}, which is no cause")
    return code


def _core(phrase: str) -> str:
    return max(re.split(r"[\s*~]+", phrase.casefold()), key=len)


def _any(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_expression(phrase)})" for phrase in phrases), re.IGNORECASE)


def _expression(phrase: str) -> str:
    """`sent ~ wrong address*` as a regular expression on whole words."""
    parts: list[str] = []
    for word in phrase.split():
        if word == "~":
            parts[-1] += GAP
        else:
            parts.append(re.escape(word).replace(r"\*", r"\w*"))
    return r"\b" + r"\W+".join(parts) + r"\b"
