"""An entry read with care: somebody may have altered its bytes, and no page, check or copy of the log stops at that."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from core.errors import N_

ALTERED = "log:altered"  # the action of what cannot be read; none that is ever written
CANNOT_BE_READ = N_("This entry was altered afterwards; it cannot be read")
EMPTY: Mapping[str, Any] = {
    "v": 1, "seq": -1, "ts": "", "actor": "", "roles": [], "action": ALTERED, "object": "", "case": "", "facts": {},
    "changes": {},
}  # fmt: skip


def told(entry: object) -> Mapping[str, Any]:
    """The fields of an entry as they were written; of one that is not as we write them, the same fields without
    anything in them and ALTERED for its action."""
    fields = document(entry)
    return fields if all(name in fields and fits(fields[name]) for name, fits in SHAPE.items()) else EMPTY


def altered(fields: Mapping[str, Any]) -> bool:
    return fields is EMPTY


def document(entry: object) -> dict[str, Any]:
    """What these bytes hold, whatever it is called; nothing when they were never an entry of ours."""
    try:
        text = entry.decode() if isinstance(entry, bytes) else ""
        found = json.loads(text)
        writable = "\\u" not in text or "\\u0000" not in json.dumps(found, ensure_ascii=False).encode().decode()
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and writable else {}


def _text(value: object) -> bool:
    return isinstance(value, str)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _fact(value: object) -> bool:
    return value is None or isinstance(value, str | int) or _texts(value)


def _facts(value: object) -> bool:
    return isinstance(value, dict) and all(map(_fact, value.values()))


def _sides(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"before", "after"} and all(
        side is None or isinstance(side, str) for side in value.values()
    )  # fmt: skip


def _changes(value: object) -> bool:
    return isinstance(value, dict) and all(map(_sides, value.values()))


def _number(value: object) -> bool:
    return isinstance(value, int)


SHAPE: Mapping[str, Callable[[object], bool]] = {
    "seq": _number,
    "actor": _text,
    "roles": _texts,
    "action": _text,
    "object": _text,
    "case": _text,
    "facts": _facts,
    "changes": _changes,
}
