"""VERIS 1.3.x and 1.4.x: one record of another register, read without inventing anything.

Nothing here knows when *we* became aware, so an imported case is history: no clock, no mail. What we have no word for
stays whole in `raw`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from incidents.classification import BreachType, CauseClass, DataCategory

VERSIONS = ("1.3", "1.4")
ON_PURPOSE = frozenset({"hacking", "malware", "social", "misuse", "physical"})
_DATA = {
    "Personal": DataCategory.CONTACT,
    "Sensitive Personal": DataCategory.PERSONAL_NUMBER,
    "Medical": DataCategory.HEALTH,
    "Payment": DataCategory.BANK_CARD,
    "Bank": DataCategory.FINANCES,
    "Credentials": DataCategory.LOGIN,
    "Multi-factor credential": DataCategory.LOGIN,
    "Biometric": DataCategory.BIOMETRIC,
    "Unknown": DataCategory.UNKNOWN,
}


class NotVeris(ValueError):
    """A record that cannot be taken in, with the reason for whoever imports it."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is known. VERIS has parts, not timestamps; a part that cannot be true is dropped."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class VerisRecord:
    """One incident of another register in our words. `title` comes from the coding, never from free text."""

    incident_id: str
    schema_version: str
    title: str
    summary: str
    cause_class: CauseClass
    actions: tuple[str, ...]
    breach_types: tuple[BreachType, ...]
    data: tuple[DataCategory, ...]
    people: int | None
    countries: tuple[str, ...]
    occurred: Day | None
    notified: Day | None
    raw: Mapping[str, Any]


def suggest_class(action: Mapping[str, Any]) -> CauseClass:
    """On purpose beats mistake beats event: with several actions the worst one names the class."""
    kinds = set(action)
    if kinds & ON_PURPOSE:
        return CauseClass.INTENTIONAL
    if "error" in kinds:
        return CauseClass.ACCIDENTAL
    return CauseClass.UNFORESEEN if "environmental" in kinds else CauseClass.UNKNOWN


def parse(record: object) -> VerisRecord:
    """Read one decoded record.

    Raises:
        NotVeris: it has no identity or is of a version we do not read.
    """
    if not isinstance(record, Mapping):
        raise NotVeris("not an object with fields")
    identity, version = _identity(record), _version(record)
    action, timeline = _object(record, "action"), _object(record, "timeline")
    occurred = _day(timeline.get("incident"))
    return VerisRecord(
        incident_id=identity,
        schema_version=version,
        title=_title(action, occurred),
        summary=_text(record.get("summary")),
        cause_class=suggest_class(action),
        actions=tuple(sorted(action)),
        breach_types=tuple(kind for kind in BreachType if kind in _object(record, "attribute")),
        data=_data(record),
        people=_people(record),
        countries=_countries(record),
        occurred=occurred,
        notified=_day(_object(_object(record, "plus"), "timeline").get("notification")),
        raw=record,
    )


def _identity(record: Mapping[str, Any]) -> str:
    identity = _text(record.get("incident_id"))
    if not identity:
        raise NotVeris("incident_id is missing")
    if len(identity) > 200:
        raise NotVeris("incident_id is longer than 200 characters")
    return identity


def _version(record: Mapping[str, Any]) -> str:
    version = _text(record.get("schema_version"))
    if ".".join(version.split(".")[:2]) not in VERSIONS:
        raise NotVeris(f"schema_version {version[:20] or 'is missing'}: only 1.3 and 1.4 are read")
    return version[:20]


def _object(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = record.get(name)
    return value if isinstance(value, Mapping) else {}


def _items(value: object) -> list[Any]:
    """Older records hold one value where newer ones hold a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    """Text without the characters no database and no page takes."""
    return "".join(c for c in value if c >= " " or c in "\n\t").strip() if isinstance(value, str) else ""


def _number(value: object, least: int, most: int) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else None


def _day(value: object) -> Day | None:
    parts = value if isinstance(value, Mapping) else {}
    year, month = _number(parts.get("year"), 1900, 2200), _number(parts.get("month"), 1, 12)
    if year is None:
        return None
    return Day(year, month, _number(parts.get("day"), 1, 31) if month else None)


def _title(action: Mapping[str, Any], occurred: Day | None) -> str:
    """`error: Misconfiguration (2024-08)`: searchable in clear, and free of names."""
    words = []
    for kind in sorted(action):
        varieties = [_text(item) for item in _items(_object(action, kind).get("variety"))]
        known = ", ".join(variety for variety in varieties if variety not in ("", "Unknown"))
        words.append(f"{_text(kind)}: {known}" if known else _text(kind))
    title = "; ".join(words) or "unknown"
    return f"{title[:150]} ({occurred})" if occurred else title[:150]


def _data(record: Mapping[str, Any]) -> tuple[DataCategory, ...]:
    """Kinds of data, each once; what has no word of ours counts as other."""
    entries = _items(_object(_object(record, "attribute"), "confidentiality").get("data"))
    names = [_text(entry.get("variety")) for entry in entries if isinstance(entry, Mapping)]
    return tuple(dict.fromkeys(_DATA.get(name, DataCategory.OTHER) for name in names if name))


def _people(record: Mapping[str, Any]) -> int | None:
    """Records affected, the nearest VERIS comes to a number of people."""
    total = _object(_object(record, "attribute"), "confidentiality").get("data_total")
    return _number(total, 0, 10**10)


def _countries(record: Mapping[str, Any]) -> tuple[str, ...]:
    codes = [_text(code).upper() for code in _items(_object(record, "victim").get("country"))]
    return tuple(dict.fromkeys(code for code in codes if len(code) == 2 and code.isascii() and code.isalpha()))
