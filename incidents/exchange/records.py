"""Reading a file of records: one JSON document, an array, or JSON Lines. A bad record is named; the rest goes on."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from incidents.exchange.veris import NotVeris, VerisRecord, parse


@dataclass(frozen=True, slots=True)
class BadRecord:
    """Where it stands in the file (line, or place in the array) and why it was refused. Never what it says."""

    place: int
    why: str
    incident_id: str = ""


def read_records(source: str | bytes | IO[str] | IO[bytes]) -> Iterator[VerisRecord | BadRecord]:
    """Every record of a file in its order, read or refused, so that all of them can be accounted for."""
    for place, found in _documents(_as_text(source)):
        if isinstance(found, BadRecord):
            yield found
            continue
        try:
            _storable(found)
            yield parse(found)
        except NotVeris as wrong:
            yield BadRecord(place, str(wrong), _identity(found))


def _as_text(source: str | bytes | IO[str] | IO[bytes]) -> str:
    """Bytes that are not UTF-8 survive as lone surrogates, so that the record they stand in can be named."""
    content = source if isinstance(source, str | bytes) else source.read()
    if isinstance(content, bytes):
        content = content.decode("utf-8", errors="surrogateescape")
    return content.removeprefix("\ufeff")


def _documents(text: str) -> Iterator[tuple[int, Any]]:
    if text.lstrip().startswith("["):
        yield from _array(text)
        return
    try:
        yield 1, _decode(text)
    except NotVeris:
        yield from _lines(text)


def _decode(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as wrong:
        raise NotVeris(_json_error(wrong)) from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _json_error(wrong: Exception) -> str:
    if isinstance(wrong, json.JSONDecodeError):
        return f"not JSON: {wrong.msg} at column {wrong.colno}"
    return "nested too deeply" if isinstance(wrong, RecursionError) else f"not JSON: {wrong}"


def _lines(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, _decode(line)
            except NotVeris as wrong:
                yield number, BadRecord(number, str(wrong))


def _array(text: str) -> Iterator[tuple[int, Any]]:
    """Element by element: those before a break are kept, and the break is named with its line."""
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    at, place = text.index("[") + 1, 0
    while (at := _skip(text, at)) < len(text) and text[at] != "]":
        place += 1
        try:
            found, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as wrong:
            line = getattr(wrong, "lineno", text.count("\n", 0, at) + 1)
            yield place, BadRecord(place, f"{_json_error(wrong)}, line {line}: the rest of the file cannot be read")
            return
        yield place, found
    if at >= len(text):
        yield place + 1, BadRecord(place + 1, "the array is not closed: the file may be cut off")


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def _storable(record: object) -> None:
    """Text that is not Unicode would be refused by the database only after the rest was written."""
    try:
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except (UnicodeEncodeError, RecursionError):
        raise NotVeris("holds text that is not valid UTF-8") from None


def _identity(record: object) -> str:
    identity = record.get("incident_id") if isinstance(record, dict) else None
    return identity[:200].encode("ascii", "replace").decode() if isinstance(identity, str) else ""
