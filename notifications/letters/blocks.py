"""The parts of a letter under Art. 34(2), in the order people read them (law section h)."""

from collections.abc import Mapping
from enum import StrEnum


class Block(StrEnum):
    NATURE = "nature"
    DATA = "data"
    CONSEQUENCES = "consequences"
    MEASURES = "measures"
    ADVICE = "advice"
    CONTACT = "contact"
    COMPLAINT = "complaint"


Headings = Mapping[Block, str]


def compose(greeting: str, blocks: Mapping[Block, str], closing: str, headings: Headings) -> str:
    """One plain text: the greeting, each block under its heading, the closing."""
    parts = [f"{headings[block]}\n{blocks[block].strip()}" for block in Block if block in blocks]
    return "\n\n".join([greeting.strip(), *parts, closing.strip()]) + "\n"


def sections(text: str, headings: Headings) -> list[tuple[str, str]]:
    """A letter taken apart again: (heading, text) in order; what stands before the first heading has none."""
    known = set(headings.values())
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        if line.strip() in known:
            found.append((line.strip(), []))
        else:
            found[-1][1].append(line)
    return [(heading, "\n".join(lines).strip()) for heading, lines in found]


def missing_blocks(text: str, headings: Headings) -> list[str]:
    """Headings that are not there, or have nothing under them."""
    written = {heading for heading, below in sections(text, headings) if below}
    return [headings[block] for block in Block if headings[block] not in written]
