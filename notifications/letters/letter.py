"""A letter to one person, word for word as it will be sent: a plain text and the same text as HTML.

The HTML is our own layout with the text as data: no pictures, no links, nothing that tells us who opens it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.templating import template_environment
from notifications.letters.blocks import sections
from notifications.letters.languages import LANGUAGES
from notifications.letters.manuscript import Version
from notifications.opening import fingerprint

NUMBERED = re.compile(r"\s*\d+[.)]\s+")
DASHED = re.compile(r"\s*[-•]\s+")


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person gets. Its `hash` goes with the message: a text that was changed afterwards is not sent."""

    subject: str
    text: str
    html: str

    @property
    def facts(self) -> dict[str, str]:
        return {"subject": self.subject, "text": self.text, "html": self.html}

    @property
    def hash(self) -> str:
        return fingerprint(self.facts)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a section: a paragraph (`p`, its lines), or a list (`ol`, `ul`, its items)."""

    kind: str
    lines: tuple[str, ...]


def letter_to(version: Version, name: str, data: tuple[str, ...] = ()) -> Letter:
    """The final letter to one person."""
    subject, text = version.filled(name, data)
    return Letter(subject, text, as_html(subject, text, version.lang))


def trial(version: Version) -> Letter:
    """A test letter to a colleague, filled with a made-up person and marked in subject and text."""
    language = LANGUAGES[version.lang]
    subject, text = version.filled(language.example)
    subject, text = f"TEST · {subject}", f"TEST. {language.trial}\n\n{text}"
    return Letter(subject, text, as_html(subject, text, version.lang))


def unmarked(version: Version) -> tuple[str, list[tuple[str, list["Part"]]]]:
    """Subject and sections of the same made-up letter, for our own pages."""
    subject, text = version.filled(LANGUAGES[version.lang].example)
    return subject, laid_out(text, version.lang)


def as_html(subject: str, text: str, lang: str) -> str:
    env = template_environment(lang, "UTC")
    html = env.get_template("letters/letter.html").render(subject=subject, lang=lang, sections=laid_out(text, lang))
    return f"{html}\n"


def laid_out(text: str, lang: str) -> list[tuple[str, list[Part]]]:
    """The sections of a letter with their paragraphs and lists; the closing stands apart from the last section."""
    *before, (heading, last) = sections(text, LANGUAGES[lang].headings)
    last, _, closing = last.rpartition("\n\n")
    tail = [(heading, last), ("", closing)] if last else [(heading, closing)]
    return [(head, list(parts(below))) for head, below in [*before, *tail]]


def parts(text: str) -> Iterator[Part]:
    """Paragraphs and lists in their order."""
    kind, lines = "p", list[str]()
    for line in [*text.splitlines(), ""]:
        now = "ol" if NUMBERED.match(line) else "ul" if DASHED.match(line) else "p"
        if lines and (now != kind or not line.strip()):
            yield Part(kind, tuple(lines))
            lines = []
        if line.strip():
            kind = now
            lines.append((DASHED if now == "ul" else NUMBERED).sub("", line, count=1) if now != "p" else line.strip())
