"""What a new version of a text changed, paragraph by paragraph and word by word: made to be read on a phone. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

WORDS = re.compile(r"\s+|\S+")
MOST = 3_000  # words of a paragraph; longer ones are shown whole, before and after
ALIKE = 0.5  # below this two paragraphs are not one that was changed


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words: kept, taken out ("del") or put in ("ins")."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph that changed, in pieces; or how many stand between two changes as they were."""

    pieces: tuple[Piece, ...] = ()
    unchanged: int = 0


def paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


def changes(before: str, after: str) -> list[Part]:
    """The way from one text to the other; nothing when they say the same."""
    old, new = paragraphs(before), paragraphs(after)
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    if all(tag == "equal" for tag, *_ in blocks):
        return []
    found: list[Part] = []
    for tag, left, end, right, stop in blocks:
        if tag == "equal":
            found.append(Part(unchanged=end - left))
        else:
            found += _changed(old[left:end], new[right:stop])
    return found


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    for before, after in zip_longest(old, new, fillvalue=""):
        pieces = _pieces(before, after)
        if pieces is not None:
            yield Part(pieces)
            continue
        for kind, text in (("del", before), ("ins", after)):
            if text:
                yield Part((Piece(kind, text),))


def _pieces(before: str, after: str) -> tuple[Piece, ...] | None:
    """Word by word, or nothing when the two have little in common."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if not old or not new or max(len(old), len(new)) > MOST:
        return None
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return None
    found: list[Piece] = []
    for tag, left, end, right, stop in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(old[left:end])))
            continue
        found += [Piece("del", "".join(old[left:end]))] if end > left else []
        found += [Piece("ins", "".join(new[right:stop]))] if stop > right else []
    return tuple(found)
