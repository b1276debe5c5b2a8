"""A document as a tagged PDF: PDF/UA-1 and PDF/A-2a are declared, and Typst refuses what breaks them.

What people wrote reaches Typst as JSON and never as markup. There is nothing to read either: the root is an empty
folder, with no package and no font of the machine. The same document gives the same bytes, so that a digest in the log
proves the file.
"""

import json
import re
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal
from unicodedata import category, normalize

from core.document import Document, Drawing, Section, texts
from core.errors import N_, TooLarge, Unavailable
from core.i18n import translate
from core.templating import TEMPLATES

if TYPE_CHECKING:
    from typst import Fonts

LONGEST = 150_000  # characters; Typst cannot be stopped once it has begun, so what it is given has an end
LARGEST = 20 * 2**20
STANDARDS: tuple[Literal["ua-1", "a-2a"], ...] = ("ua-1", "a-2a")
PAGE = N_("Page {page} of {pages}")
TEMPLATE, LETTERS = "pdf/document.typ", "pdf/letters.txt"
UNBROKEN, PIECE, BREAK = 30, 16, "\u200b"
JOINERS = "\n\u00ad\u200b\u200c\u200d"


class CannotRender(Unavailable):
    """The PDF cannot be made. What it would have said stands on the page."""


def render(document: Document) -> bytes:
    """The PDF of a document.

    Raises:
        TooLarge: more than a PDF of this service may hold.
        CannotRender: Typst is missing on this machine, or refuses.
    """
    if sum(map(len, texts(document))) > LONGEST:
        raise TooLarge(N_("The document is too long for a PDF. Read it on the page."))
    words = {"page": translate(document.language, PAGE)} | _drawings(document.sections)
    made = typeset(TEMPLATE, {"document": document.model_dump(mode="json")}, words, document.made_at)
    if len(made) > LARGEST:
        raise TooLarge(N_("The document is too long for a PDF. Read it on the page."))
    return made


def _drawings(sections: Iterable[Section]) -> dict[str, str]:
    """The SVGs by their names: markup of ours, whose letters and long words stay as they are."""
    found: dict[str, str] = {}
    for section in sections:
        found |= {f"drawing:{block.name}": block.svg for block in section.blocks if isinstance(block, Drawing)}
        found |= _drawings(section.sections)
    return found


def typeset(template: str, data: Mapping[str, object], words: Mapping[str, str], made_at: datetime) -> bytes:
    """The PDF of one of our templates, filled with `data` that people wrote and `words` of ours.

    Rare letters that the fonts have one by one may still not stand together; then all of them become numbers.

    Raises:
        CannotRender: Typst is missing on this machine, or refuses.
    """
    try:
        import typst
    except ImportError as missing:
        raise CannotRender(N_("PDF files cannot be made on this machine. Read the text on the page.")) from missing
    try:
        return _typeset(template, drawable(data, has), words, made_at)
    except typst.TypstError:
        pass
    try:
        return _typeset(template, drawable(data, is_plain), words, made_at)
    except typst.TypstError as refused:
        raise CannotRender(N_("The PDF could not be made. Read the text on the page.")) from refused


def _typeset(name: str, data: Mapping[str, object], words: Mapping[str, str], made_at: datetime) -> bytes:
    import typst

    inputs = {key: json.dumps(value) for key, value in data.items()} | {"words": json.dumps(words)}
    template, second = (TEMPLATES / name).read_bytes(), int(made_at.timestamp())
    with tempfile.TemporaryDirectory(prefix="vaka-pdf-") as empty:
        compiler = typst.Compiler(
            template, root=empty, font_paths=_fonts(), sys_inputs=inputs, package_path=empty, package_cache_path=empty
        )
        made = compiler.compile(format="pdf", pdf_standards=[*STANDARDS], timestamp=second)
    return made if isinstance(made, bytes) else b""


@cache
def _fonts() -> "Fonts":
    """The fonts inside the package: the same on every machine."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[])


def drawable(value: Any, drawn: Callable[[str], bool]) -> Any:
    """The same data with letters that can be drawn. Another one is shown by its number, so that nothing vanishes; signs
    that turn the direction of a line are too, because they can make it read otherwise than it was written."""
    match value:
        case str():
            letters = normalize("NFC", value.replace("\r\n", "\n").replace("\t", " "))
            return _breakable("".join(one if drawn(one) else f"[U+{ord(one):04X}]" for one in letters))
        case list():
            return [drawable(one, drawn) for one in value]
        case dict():
            return {key: drawable(one, drawn) for key, one in value.items()}
    return value


def _breakable(text: str) -> str:
    """A word as long as a line may break anywhere, instead of running over the edge of the page."""
    return "".join(BREAK.join(_pieces(word)) if len(word) > UNBROKEN else word for word in _words(text))


def _pieces(word: str) -> list[str]:
    return [word[start : start + PIECE] for start in range(0, len(word), PIECE)]


def _words(text: str) -> list[str]:
    """The words and what stands between them."""
    return re.split(r"(\s+)", text)


def has(letter: str) -> bool:
    """Whether the fonts can draw it."""
    if letter in JOINERS:
        return True
    if category(letter)[0] == "C":
        return False
    starts, ends = _letters()
    place = bisect_right(starts, ord(letter)) - 1
    return place >= 0 and ord(letter) <= ends[place]


def is_plain(letter: str) -> bool:
    """Latin, Greek and Cyrillic letters with the signs between them, none of which joins its neighbour."""
    return has(letter) and category(letter)[0] != "M" and (letter < "\u0530" or "\u2000" <= letter < "\u20d0")


@cache
def _letters() -> tuple[list[int], list[int]]:
    """Which letters the fonts of Typst have, first and last of each run; a test holds it against them."""
    lines = (TEMPLATES / LETTERS).read_text("ascii").split()
    runs = [tuple(int(end, 16) for end in line.split("-")) for line in lines]
    return [run[0] for run in runs], [run[-1] for run in runs]
