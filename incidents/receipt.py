"""The secret receipt code and the public reference: pure text and arithmetic, no database.

The code is 128 bits in Crockford's base 32, so that it can be written on paper and read out on the telephone: case,
spaces and dashes do not matter, O is 0, I and L are 1.
"""

import hashlib
import hmac
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
BITS = 128
FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1", " ": "", "-": "", "\u2011": "", "\u2013": ""})
GROUP = 4


def make_code(key: bytes, client_uuid: str) -> str:
    """The code of one report, the same each time its sender retries; without `key` nobody can make it."""
    digest = hmac.new(key, b"receipt|" + client_uuid.encode(), hashlib.sha256).digest()
    return encode(int.from_bytes(digest[: BITS // 8], "big"))


def encode(number: int) -> str:
    """128 bits as 26 letters and digits, the highest first."""
    return "".join(ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(LENGTH)))


def parse(typed: str) -> str | None:
    """The code as it was made, from what a person wrote; None when it can be no code at all."""
    plain = "".join(typed.split()).upper().translate(FORGIVEN)
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else None


def grouped(code: str) -> str:
    """`4T7Q 9KXM 2WBR H6PV C8GE ND3Z 5F`."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def hashed(code: str) -> str:
    """What is stored instead of the code. 128 random bits need no salt and no slow hash."""
    return hashlib.sha256(code.encode()).hexdigest()


def new_reference(year: int, tail: int = 4) -> str:
    """`PUI-2026-7K3Q`: a random tail, so that a reference says nothing about how many there are."""
    return f"PUI-{year}-{''.join(secrets.choice(ALPHABET) for _ in range(tail))}"
