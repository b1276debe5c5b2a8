"""What is different in a letter since somebody read it: lines taken out and lines put in, as they are read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum


class Change(StrEnum):
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Line:
    change: Change
    text: str


def changed(before: str, after: str) -> list[Line]:
    """Line by line, what went before what came; nothing when both read the same."""
    return list(_lines(before.splitlines(), after.splitlines()))


def _lines(before: list[str], after: list[str]) -> Iterator[Line]:
    for tag, gone, gone_to, come, come_to in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from (Line(Change.REMOVED, line) for line in before[gone:gone_to] if line.strip())
            yield from (Line(Change.ADDED, line) for line in after[come:come_to] if line.strip())


def changed_letters(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, list[Line]]:
    """By language; a language that is only in one of them is all gone or all new."""
    languages = dict.fromkeys((*before, *after))
    found = {lang: changed(before.get(lang, ""), after.get(lang, "")) for lang in languages}
    return {lang: lines for lang, lines in found.items() if lines}
