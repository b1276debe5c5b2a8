"""What a change took away and what it added, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\s+|\S+")
MOST = 2_000  # words on a side; comparing longer texts word by word takes too long


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a value; `changed` when the other side does not have it."""

    text: str
    changed: bool


def difference(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """The two values in pieces that give them back word for word."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if max(len(old), len(new)) > MOST or not old or not new:
        return _whole(before), _whole(after)
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    left = [(old[start:end], tag != "equal") for tag, start, end, _, _ in blocks]
    right = [(new[start:end], tag != "equal") for tag, _, _, start, end in blocks]
    return list(_joined(left)), list(_joined(right))


def _whole(text: str) -> list[Piece]:
    return [Piece(text, True)] if text else []


def _joined(parts: list[tuple[list[str], bool]]) -> Iterator[Piece]:
    """White space between two changes is changed with them: a mark over a sentence has no holes."""
    kept: list[Piece] = []
    for words, changed in parts:
        text = "".join(words)
        if not text:
            continue
        if kept and (kept[-1].changed == changed):
            kept[-1] = Piece(kept[-1].text + text, changed)
        elif changed and len(kept) > 1 and not kept[-1].text.strip() and kept[-2].changed:
            space = kept.pop()
            kept[-1] = Piece(kept[-1].text + space.text + text, True)
        else:
            kept.append(Piece(text, changed))
    yield from kept
