"""The placeholder language: `{{ name }}` from an allow-list. No filters, no attributes, one pass.

It is a language of its own because a template engine on text that users write has let attackers in elsewhere.
"""

import re
from collections.abc import Mapping

from core.errors import N_, Invalid

ALLOWED = (
    "name",
    "company",
    "reference",
    "what_happened",
    "when",
    "your_data",
    "not_involved",
    "consequences",
    "measures",
    "advice",
    "contact_name",
    "contact_phone",
    "contact_hours",
    "next_message",
    "earlier",
    "authority",
    "authority_address",
    "notice_page",
)
MANY_LINES = frozenset({"what_happened", "your_data", "consequences", "measures", "advice"})
OFTEN_EMPTY = ("not_involved", "authority_address")
PLACEHOLDER = re.compile(r"(?<!\{)\{\{[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*\}\}(?!\})")
BROKEN = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def placeholders(text: str) -> list[str]:
    """The names used, each once, in the order they appear."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def unknown(text: str) -> list[str]:
    return [name for name in placeholders(text) if name not in ALLOWED]


def broken(text: str) -> bool:
    """Braces that are left over when every well-formed placeholder is taken out."""
    return BROKEN.search(PLACEHOLDER.sub("", text)) is not None


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in. A value is never read again, so braces in a name stay braces. A line that stands there only
    for a value that few letters have goes with it. A value with a full stop of its own (`val.`) ends its sentence.

    Raises:
        Invalid: a placeholder that is unknown, or that no value was given for.
    """

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in ALLOWED:
            raise Invalid({"text": N_("The placeholder {name} does not exist.")}, name=name)
        if name not in values:
            raise Invalid({"text": N_("There is nothing to put in for {name}.")}, name=name)
        put = values[name] if name in MANY_LINES else one_line(values[name])
        return put[:-1] if put.endswith(".") and found.string[found.end() :].startswith(".") else put

    return PLACEHOLDER.sub(value, _without_empty_lines(text, values))


def _without_empty_lines(text: str, values: Mapping[str, str]) -> str:
    for name in OFTEN_EMPTY:
        if name in values and not values[name]:
            text = re.sub(rf"(?m)^[^\n{{}}]*\{{\{{[ \t]*{name}[ \t]*\}}\}}[^\n{{}}]*(?:\n|\Z)", "", text)
    return text


def fill_subject(text: str, values: Mapping[str, str]) -> str:
    """A subject is one line, whatever a value holds: a line break would start a new header."""
    return one_line(fill(text, values))


def one_line(value: str) -> str:
    """Line breaks and control characters become spaces; every other character stays as it is."""
    return _BREAKS.sub(" ", value).strip()
