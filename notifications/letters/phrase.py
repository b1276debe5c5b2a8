"""The check phrase of a letter: four plain words by which its reader opens the public copy, and so knows it is ours.

Derived from a key, so it is stored nowhere. No word stands twice: 64 x 63 x 62 x 61 phrases, and the guesses are
counted.
"""

import hashlib
import hmac
import re
import unicodedata

from core.crypto import Keyring

SWEDISH = """
ask björk gran ek lind alm hassel rönn bäck sjö strand holme fors ström vik hamn
sol måne stjärna moln regn snö vind dimma vår sommar höst vinter morgon kväll natt dag
häst räv hare älg lärka svan trana uggla båt åra segel mast tåg cykel bro väg
lampa lykta bord stol fönster dörr tak trappa äpple päron plommon hallon bröd ost salt honung
"""
ENGLISH = """
ash birch spruce oak lime elm hazel rowan brook lake shore islet rapids stream bay harbour
sun moon star cloud rain snow wind mist spring summer autumn winter morning evening night day
horse fox hare elk lark swan crane owl boat oar sail mast train bicycle bridge road
lamp lantern table chair window door roof stairs apple pear plum raspberry bread cheese salt honey
"""
WORDS = {"sv": SWEDISH.split(), "en": ENGLISH.split()}
LENGTH = 4


def phrase(keyring: Keyring, mailing_id: str, lang: str) -> str:
    """The words of one mailing in one language."""
    left, chosen = list(WORDS[lang]), list[str]()
    for number in _numbers(keyring, mailing_id):
        chosen.append(left.pop(number % len(left)))
    return " ".join(chosen)


def opens(keyring: Keyring, mailing_id: str, typed: str) -> bool:
    """Whether the words typed are those of the letter, in either language, in any case and spacing."""
    words = " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", typed).casefold()))
    answers = [hmac.compare_digest(phrase(keyring, mailing_id, lang).encode(), words.encode()) for lang in WORDS]
    return any(answers)


def _numbers(keyring: Keyring, mailing_id: str) -> list[int]:
    """Four numbers of 32 bits, so that no word is likelier than another."""
    key = keyring.derive("notice-phrase")
    digest = hmac.new(key, mailing_id.encode(), hashlib.sha256).digest()
    return [int.from_bytes(digest[at : at + 4]) for at in range(0, 4 * LENGTH, 4)]
