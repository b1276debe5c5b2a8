"""The register as files: CSV and workbook in the reader's words, JSON in codes. The filter is written in each."""

import json
from collections.abc import Iterable, Iterator

from core.errors import N_
from core.i18n import absolute
from core.tables import Cell, csv_lines
from incidents.register.entry import Entry, Head, Register
from incidents.register.wording import FIELDS, Speaker

TITLE = N_("Register of personal data breaches (GDPR Art. 33(5))")


def head_lines(speaker: Speaker, head: Head) -> list[tuple[str, str]]:
    """What stands on top of a table and of the document."""
    return [
        (speaker.say(TITLE), head.company),
        (speaker.say(N_("Downloaded")), absolute(head.made_at, speaker.lang, speaker.zone)),
        (speaker.say(N_("By")), head.made_by),
        (speaker.say(N_("Filter")), head.filter),
    ]


def table_rows(speaker: Speaker, head: Head, entries: Iterable[Entry]) -> Iterator[tuple[Cell, ...]]:
    yield from head_lines(speaker, head)
    yield ("",)
    yield (speaker.say(N_("Reference")), *(speaker.say(field.label) for field in FIELDS))
    for entry in entries:
        yield (entry.reference, *(field.words(speaker, entry) for field in FIELDS))


def as_csv(speaker: Speaker, head: Head, entries: Iterable[Entry]) -> Iterator[str]:
    return csv_lines(table_rows(speaker, head, entries))


def as_json(head: Head, entries: Iterable[Entry]) -> Iterator[str]:
    """One document, a row at a time; `schema()` describes it."""
    yield f'{{"head":{head.model_dump_json()},"entries":['
    for number, entry in enumerate(entries):
        yield f"{',' if number else ''}\n{entry.model_dump_json()}"
    yield "\n]}\n"


def schema() -> str:
    """JSON Schema of the file, from the very models that write it."""
    return json.dumps(Register.model_json_schema(mode="serialization"), indent=2)
