"""The first look at a list that is sent in: what it is, how long, and how it begins."""

from dataclasses import dataclass, replace
from io import SEEK_END
from itertools import islice
from typing import BinaryIO

from core.errors import N_, Invalid
from notifications.letters.list_file import opened
from notifications.letters.spreadsheet import MOST_BYTES, Sheet, headed

AT_ONCE_ROWS = 5_000  # are read while somebody waits
AT_ONCE_BYTES = 2**21
SAMPLES = 3
NOTHING = Sheet((), ())
TOO_LARGE = N_("The file is larger than 256 MB. Split the list.")


@dataclass(frozen=True, slots=True)
class Look:
    """A file looked through before any transaction begins: that can take seconds, and nobody shall wait for it to
    write. What is wrong with it is said when somebody may know."""

    file: BinaryIO
    size: int = 0
    about: int = 0
    sheet: Sheet = NOTHING
    wrong: Invalid | None = None

    @property
    def short(self) -> bool:
        return self.about <= AT_ONCE_ROWS and self.size <= AT_ONCE_BYTES


def look_through(file: BinaryIO) -> Look:
    """What a file is, about how many rows it has, and the first of them."""
    size = file.seek(0, SEEK_END)
    file.seek(0)
    if size > MOST_BYTES:
        return Look(file, wrong=Invalid({"list": TOO_LARGE}))
    try:
        source = opened(file)
        look = Look(file, size, source.about)
        if look.short:
            return look
        heads, rows = headed(source.records)
        first = tuple(islice(rows, SAMPLES))
    except Invalid as wrong:
        return Look(file, wrong=wrong)
    return replace(look, sheet=Sheet(heads, first, source.name, source.others))
