"""Passwords: Argon2id with 64 MiB, as few at a time as the memory allows, and a rule without silly demands.

Longer beats stranger (NIST SP 800-63B): 15 characters, none of the well-known ones, nothing of the person in it.
"""

import unicodedata
from functools import cache
from importlib.resources import files
from itertools import pairwise
from threading import BoundedSemaphore

from pwdlib.hashers.argon2 import Argon2Hasher

from core.errors import N_, Invalid

HASHER = Argon2Hasher(time_cost=3, memory_cost=64 * 1024, parallelism=2)
AT_ONCE = BoundedSemaphore(4)  # 4 x 64 MiB at most, however many knock
SHORTEST, LONGEST = 15, 256
# What an unknown person's password is compared with: same cost, no password opens it.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=2$bm8gb25lIGlzIGhlcmUhIQ$oDvAkTHEsBKKWFJtL4TvlRRJX1Txnm8sMhcEY2M7Xtw"


def hashed(password: str) -> str:
    with AT_ONCE:
        return HASHER.hash(password)


def opens(password: str, kept: str | None) -> bool:
    """Whether the password is the right one; without one to compare with it takes just as long."""
    with AT_ONCE:
        right = HASHER.verify(password if len(password) <= LONGEST else "", kept or NOBODY)
    return right and kept is not None


def require_good(password: str, *known: str, field: str = "password") -> None:
    """Refuse a password that is short, well known, or made of the person's own name or address.

    Raises:
        Invalid: one sentence that says what to change.
    """
    if wrong := _fault(password, known):
        raise Invalid({field: wrong})


def _fault(password: str, known: tuple[str, ...]) -> str:
    if len(password) < SHORTEST:
        return N_("Use at least 15 characters. Four or five words in a row are good.")
    if len(password) > LONGEST:
        return N_("Use at most 256 characters.")
    plain = _plain(password)
    if len(set(plain)) < 5 or plain in common() or plain.rstrip("0123456789") in common() or _runs_on(plain):
        return N_("This password is easy to guess. Choose other words.")
    own = {_plain(part) for whole in known for part in (whole, whole.split("@")[0])}
    if any(part and len(part) * 2 > len(plain) and part in plain for part in own):
        return N_("Do not build the password on your name or e-mail address.")
    return ""


def _plain(text: str) -> str:
    """Case, accents' forms and punctuation away: they do not make a guess harder."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def _runs_on(plain: str) -> bool:
    """One short piece repeated (`abcabcabc...`), or signs in a row (`123456789012345`)."""
    if (plain + plain).find(plain, 1) < len(plain) // 2 + 1:
        return True
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(plain)}
    return len(steps) == 1


@cache
def common() -> frozenset[str]:
    """Long passwords that every guesser tries first, without case and punctuation."""
    lines = (files("identity") / "common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(_plain(line) for line in lines if line and not line.startswith("#"))
