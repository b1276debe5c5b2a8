"""Field encryption: a key outside the database wraps one data key per incident; erasing that key erases the case.

AES-256-GCM with a random nonce; the place (table, column, row) and the case are associated data, so that a sealed
text moved to another row cannot be opened. Text form: `v1.<key id>.<nonce>.<ciphertext>`.
"""

import base64
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = "v1"


class CannotOpen(Exception):
    """A sealed value does not open with this key at this place: moved, altered, or the wrong key file."""


@dataclass(frozen=True)
class Keyring:
    """What the key file holds: the key encryption key in use, others while one takes over from another, and the root of
    every derived key, which stays when the key encryption key changes. None of them ever enters the database.

    A file of before there were roots has none: its one key is the root too.
    """

    key_id: str
    key: bytes
    root: bytes = b""
    others: Mapping[str, bytes] = field(default_factory=dict)
    source: Path | None = field(default=None, compare=False)
    _derived: dict[str, bytes] = field(default_factory=dict, init=False, compare=False, repr=False)

    def wrap(self, data_key: bytes, case_id: str) -> str:
        return seal_with(self.key, self.key_id, f"case_key|{case_id}", data_key)

    def unwrap(self, wrapped: str, case_id: str) -> bytes:
        """The data key.

        Raises:
            CannotOpen: wrapped under a key that is not here, for another case, or altered.
        """
        return open_with(self.named(wrapping_id(wrapped)), f"case_key|{case_id}", wrapped)

    def named(self, key_id: str) -> bytes:
        key = self.key if key_id == self.key_id else self.others.get(key_id)
        if key is None:
            raise CannotOpen(f"The key {key_id} is not in the key file.")
        return key

    def derive(self, purpose: str) -> bytes:
        """A separate key for a separate purpose (log head, receipt codes, idempotency): the same after every change of
        the key encryption key."""
        if purpose not in self._derived:
            self._derived[purpose] = hmac.digest(self.root or self.key, purpose.encode(), "sha256")
        return self._derived[purpose]

    def joined(self, newer: "Keyring") -> "Keyring":
        """The newer one, with what only the older knew: a transaction may still see what was wrapped under that."""
        known = {**self.others, self.key_id: self.key, **newer.others}
        known.pop(newer.key_id, None)
        return replace(newer, others=known)


def wrapping_id(wrapped: str) -> str:
    """The id of the key that something is sealed under."""
    parts = wrapped.split(".")
    return parts[1] if len(parts) > 1 else ""


def seal_with(key: bytes, key_id: str, place: str, value: bytes) -> str:
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(key).encrypt(nonce, value, f"{place}|{key_id}".encode())
    return f"{VERSION}.{key_id}.{_text(nonce)}.{_text(sealed)}"


def open_with(key: bytes, place: str, sealed: str) -> bytes:
    """Open what `seal_with` sealed at the same place.

    Raises:
        CannotOpen: wrong key, wrong place or altered text.
    """
    try:
        version, key_id, nonce, ciphertext = sealed.split(".")
        if version != VERSION:
            raise CannotOpen
        return AESGCM(key).decrypt(_bytes(nonce), _bytes(ciphertext), f"{place}|{key_id}".encode())
    except (ValueError, InvalidTag):
        raise CannotOpen from None


def commitment(key: bytes, *parts: str) -> str:
    """A keyed commitment: proves a value to who holds the key, tells nothing to who does not."""
    message = b"".join([len(part).to_bytes(8, "big") + part for part in map(str.encode, parts)])
    return hmac.digest(key, message, "sha256").hex()


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
