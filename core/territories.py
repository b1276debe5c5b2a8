"""Countries by code and by name, in the languages we speak (ISO 3166, from Babel's tables)."""

import re
from functools import cache

from babel import Locale

from core.i18n import LANGUAGES

INSTITUTIONS = {"EL": "GR", "UK": "GB"}  # as the institutions of the EU write them
NO_COUNTRY = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


@cache
def territories(lang: str) -> dict[str, str]:
    """Code -> name, in the order of the names."""
    named = {code: str(name) for code, name in Locale(lang).territories.items() if re.fullmatch("[A-Z]{2}", code)}
    return dict(sorted(((code, named[code]) for code in named.keys() - NO_COUNTRY), key=lambda one: one[1].casefold()))


def is_country(code: str) -> bool:
    return code in territories("en")


def country_name(code: str, lang: str) -> str:
    """What nobody knows keeps what was written."""
    return territories(lang).get(code, code)


def read_countries(text: str) -> list[str]:
    """The codes of what is written as names or codes with commas between; a word that is no country stays as it is."""
    words = [word.strip() for word in re.split(r"[,;\n]", text)]
    return list(dict.fromkeys(_code(word) for word in words if word))


def _code(word: str) -> str:
    code = INSTITUTIONS.get(word.upper(), word.upper())
    return code if is_country(code) else _by_name().get(word.casefold(), code)


@cache
def _by_name() -> dict[str, str]:
    return {name.casefold(): code for lang in LANGUAGES for code, name in territories(lang).items()}
