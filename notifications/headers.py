"""Values of mail headers, written without EmailMessage: its folding loses spaces between encoded words."""

import unicodedata
from email.header import Header
from email.utils import formataddr
from functools import lru_cache


def named(name: str, address: str) -> str:
    """An address with the name of whom it belongs to."""
    return formataddr((name, address)) if name.isascii() else f"{_encoded('From', name)} <{address}>"


def subject_line(text: str) -> str:
    return _encoded("Subject", text, text.isascii() and "=?" not in text)


@lru_cache(maxsize=128)
def _encoded(header: str, text: str, plain: bool = False) -> str:
    """Kept, because thousands of letters share a subject and all of them a sender."""
    return Header(one_line(text), None if plain else "utf-8", header_name=header).encode(linesep="\r\n")


def one_line(text: str) -> str:
    """A header's value: no line breaks, no control characters, nothing that could start another header."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join(sign for sign in line if unicodedata.category(sign) not in {"Cc", "Cs"})
