"""What a reader asks a list for, as the end of an address."""

from collections.abc import Mapping
from urllib.parse import urlencode


def as_query(asked: Mapping[str, object]) -> str:
    """`?name=value&...` of what is asked for; nothing when that is everything."""
    named = {name: str(value) for name, value in asked.items() if value not in (None, "")}
    return f"?{urlencode(named)}" if named else ""
