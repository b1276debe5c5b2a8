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


HEADINGS: Mapping[str, Mapping[Block, str]] = {
    "sv": {
        Block.NATURE: "Vad har hänt?",
        Block.DATA: "Vilka uppgifter gäller det?",
        Block.CONSEQUENCES: "Vad kan det innebära för dig?",
        Block.MEASURES: "Vad gör vi?",
        Block.ADVICE: "Vad kan du göra?",
        Block.CONTACT: "Kontakt",
        Block.COMPLAINT: "Du kan klaga hos tillsynsmyndigheten",
    },
    "en": {
        Block.NATURE: "What happened?",
        Block.DATA: "Which data is concerned?",
        Block.CONSEQUENCES: "What may it mean for you?",
        Block.MEASURES: "What are we doing?",
        Block.ADVICE: "What can you do?",
        Block.CONTACT: "Contact",
        Block.COMPLAINT: "You can complain to the authority",
    },
}


def compose(greeting: str, blocks: Mapping[Block, str], closing: str, lang: str) -> str:
    """One plain text: the greeting, each block under its heading, the closing."""
    parts = [f"{HEADINGS[lang][block]}\n{blocks[block].strip()}" for block in Block if block in blocks]
    return "\n\n".join([greeting.strip(), *parts, closing.strip()]) + "\n"


def sections(text: str, lang: str) -> list[tuple[str, str]]:
    """A letter taken apart again: (heading, text) in order; what stands before the first heading has none."""
    known = set(HEADINGS[lang].values())
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        if line.strip() in known:
            found.append((line.strip(), []))
        else:
            found[-1][1].append(line)
    return [(heading, "\n".join(lines).strip()) for heading, lines in found]


def missing_blocks(text: str, lang: str) -> list[str]:
    """Headings that are not there, or have nothing under them."""
    written = {heading for heading, below in sections(text, lang) if below}
    return [heading for heading in HEADINGS[lang].values() if heading not in written]
