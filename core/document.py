"""A document as data: sections of labelled values, paragraphs and tables, already in the reader's language.

A page (templates/parts/document.html) and a PDF (core/pdf.py) are made from the same one, so they cannot drift apart.
Its JSON is canonical: the same document has the same digest.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator


class Part(BaseModel, frozen=True, extra="forbid"):
    """Nothing in a document changes once it is made."""


class Row(Part):
    """A word and its value."""

    label: str
    value: str
    struck: bool = False


class Facts(Part):
    kind: Literal["facts"] = "facts"
    rows: tuple[Row, ...]


class Paragraph(Part):
    """A text, with its line breaks. `by` says whose words they are, word for word; struck through is what somebody
    has corrected since."""

    kind: Literal["paragraph"] = "paragraph"
    text: str
    by: str = ""
    struck: bool = False


class Table(Part):
    """Rows under their heads; the first cell of a row is its head. `struck` are the numbers of rows that were
    corrected."""

    kind: Literal["table"] = "table"
    caption: str
    heads: tuple[str, ...] = Field(min_length=1)
    rows: tuple[tuple[str, ...], ...]
    struck: tuple[int, ...] = ()


class Drawing(Part):
    """A picture of our own making as SVG, and what it shows in words: who cannot see it is told the same.
    `name` is its own in the document; `note` stands above it, on the same page."""

    kind: Literal["drawing"] = "drawing"
    name: str
    svg: str
    text: str
    note: str = ""


Block = Annotated[Facts | Paragraph | Table | Drawing, Field(discriminator="kind")]


class Section(Part):
    """A heading and what stands under it; labelled values without a single row are left out."""

    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = ()

    @property
    def drawn(self) -> bool:
        return any(isinstance(block, Drawing) for block in self.blocks)

    @field_validator("blocks")
    @classmethod
    def _with_rows(cls, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(block for block in blocks if not isinstance(block, Facts) or block.rows)


class Document(Part):
    """`reference` stands on each page, `made_at` is the moment the document tells of, `notice` what its reader must
    know first. `foot` is the newest signed state of the log at that moment: whoever holds the document holds it too."""

    title: str
    language: str
    reference: str
    made_at: datetime
    company: str = ""
    notice: str = ""
    foot: str = ""
    sections: tuple[Section, ...]

    def says_the_same_as(self, other: "Document") -> bool:
        """Whether the text is the same, whatever the log's state was. A picture, and the rows under it, tell of the log
        as it was then; they say nothing else."""
        return self._said() == other._said()

    def _said(self) -> "Document":
        return self.model_copy(update={"foot": "", "sections": tuple(one for one in self.sections if not one.drawn)})

    @property
    def as_json(self) -> str:
        return self.model_dump_json()


def document_of(text: str) -> Document:
    """The document that was written as JSON.

    Raises:
        ValidationError: it is none.
    """
    return Document.model_validate_json(text)


def facts(*rows: tuple[str, str]) -> Facts:
    """Labelled values; those without a value are left out."""
    return Facts(rows=tuple(Row(label=label, value=value) for label, value in rows if value))


def told(text: str, by: str = "", *, struck: bool = False) -> tuple[Paragraph, ...]:
    """Somebody's words as a paragraph, or nothing when there are none."""
    return (Paragraph(text=text, by=by, struck=struck),) if text.strip() else ()


def texts(document: Document) -> Iterator[str]:
    """Every word that a reader meets, in order."""
    yield from filter(None, (document.title, document.notice))
    for section in document.sections:
        yield from _texts(section)


def _texts(section: Section) -> Iterator[str]:
    yield section.title
    for block in section.blocks:
        match block:
            case Facts():
                yield from (text for row in block.rows for text in (row.label, row.value))
            case Paragraph():
                yield from filter(None, (block.by, block.text))
            case Drawing():
                yield from filter(None, (block.note, block.text))
            case Table():
                yield from (block.caption, *block.heads, *(cell for row in block.rows for cell in row))
    for inner in section.sections:
        yield from _texts(inner)
