"""The check phrase of a letter: four plain words by which its reader opens the public copy, and so knows it is ours.

Derived from a key, so it is stored nowhere. No word stands twice: 64 x 63 x 62 x 61 phrases, and the guesses are
counted.
"""

import hashlib
import hmac
import re
import unicodedata

from core.crypto import Keyring
from notifications.letters.languages import LANGUAGES

LENGTH = 4


def phrase(keyring: Keyring, mailing_id: str, lang: str) -> str:
    """The words of one mailing in one language."""
    left, chosen = list(LANGUAGES[lang].phrase_words), list[str]()
    for number in _numbers(keyring, mailing_id):
        chosen.append(left.pop(number % len(left)))
    return " ".join(chosen)


def opens(keyring: Keyring, mailing_id: str, typed: str) -> list[str]:
    """The languages in which the words typed are those of the letter, in any case and spacing; mostly one or none."""
    words = " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", typed).casefold()))
    return [lang for lang in LANGUAGES if _same(phrase(keyring, mailing_id, lang), words)]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _numbers(keyring: Keyring, mailing_id: str) -> list[int]:
    """Four numbers of 32 bits, so that no word is likelier than another."""
    key = keyring.derive("notice-phrase")
    digest = hmac.new(key, mailing_id.encode(), hashlib.sha256).digest()
    return [int.from_bytes(digest[at : at + 4]) for at in range(0, 4 * LENGTH, 4)]
