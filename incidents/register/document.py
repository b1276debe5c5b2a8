"""Rows of the register as a document: one row on its page, or all that a filter shows as a PDF."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from core.document import Document, Facts, Section, facts
from core.errors import N_, TooLarge
from incidents.register.entry import Entry, Head
from incidents.register.outputs import TITLE, head_lines
from incidents.register.wording import ERASED, FIELDS, Field, Speaker

MOST = 100  # rows of a PDF: Typst cannot be stopped once it has begun
TOO_MANY = N_(
    "A PDF holds {most} cases of the register, and the filter shows more. Choose a shorter period or another filter, "
    "or take the register as XLSX, CSV or JSON."
)
GONE = N_("The texts of this case are erased. Counts, causes and times stay.")


def check_length(rows: Sequence[Entry]) -> None:
    """A PDF has an end.

    Raises:
        TooLarge: more rows than it may hold.
    """
    if len(rows) > MOST:
        raise TooLarge(TOO_MANY, most=MOST)


def as_document(speaker: Speaker, head: Head, rows: Iterable[Entry], foot: str) -> Document:
    """`foot` is the signed state of the log, as in everything that leaves as a PDF."""
    sections = [_on_its_own(speaker, entry) for entry in rows]
    top = Section(title=speaker.say(N_("About this register")), blocks=(facts(*head_lines(speaker, head)[1:]),))
    return Document(
        title=speaker.say(TITLE), language=speaker.lang, reference=head.filter, made_at=head.made_at,
        company=head.company, foot=foot, sections=(top, *sections),
        notice="" if sections else speaker.say(N_("No cases match the filter.")),
    )  # fmt: skip


def entry_sections(speaker: Speaker, entry: Entry) -> tuple[Section, ...]:
    """Facts, effects, remedial action, times, decision and state, each with what is known of it."""
    shown = [field for field in FIELDS if not field.coded]
    return tuple(
        Section(title=speaker.say(group), blocks=(found,))
        for group, fields in groupby(shown, key=lambda field: field.group)
        if (found := _facts(speaker, entry, fields)).rows
    )


def entry_document(speaker: Speaker, head: Head, entry: Entry) -> Document:
    return Document(
        title=entry.title, language=speaker.lang, reference=entry.reference, made_at=head.made_at,
        notice=speaker.say(GONE) if entry.erased else "", sections=entry_sections(speaker, entry),
    )  # fmt: skip


def _on_its_own(speaker: Speaker, entry: Entry) -> Section:
    title = entry.title or speaker.say(ERASED)
    return Section(title=f"{entry.reference} · {title}", sections=entry_sections(speaker, entry))


def _facts(speaker: Speaker, entry: Entry, fields: Iterable[Field]) -> Facts:
    pairs = [(speaker.say(field.label), speaker.shown(field.words(speaker, entry))) for field in fields]
    return facts(*pairs)
