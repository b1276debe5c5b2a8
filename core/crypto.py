"""Field encryption: a key outside the database wraps one data key per incident; erasing that key erases the case.

AES-256-GCM with a random nonce; the place (table, column, row) and the case are associated data, so that a sealed
text moved to another row cannot be opened. Text form: `v1.<key id>.<nonce>.<ciphertext>`.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.settings import WrongSettings, write_secret

VERSION = "v1"


class CannotOpen(Exception):
    """A sealed value does not open with this key at this place: moved, altered, or the wrong key file."""


@dataclass(frozen=True)
class Keyring:
    """The key encryption key and its short id. It never enters the database."""

    key_id: str
    key: bytes

    def wrap(self, data_key: bytes, case_id: str) -> str:
        return seal_with(self.key, self.key_id, f"case_key|{case_id}", data_key)

    def unwrap(self, wrapped: str, case_id: str) -> bytes:
        return open_with(self.key, f"case_key|{case_id}", wrapped)

    def derive(self, purpose: str) -> bytes:
        """A separate key for a separate purpose (log head, instance commitments)."""
        return hmac.digest(self.key, purpose.encode(), "sha256")


def load_keyring(path: Path) -> Keyring:
    """Read the key file, or make it at the first start (mode 0600, synced to disk).

    Raises:
        WrongSettings: the file is not a Vaka key file.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_secret(path, f"vaka-data-key {secrets.token_hex(4)} {secrets.token_hex(32)}")
    words = path.read_text(errors="replace").split()
    try:
        name, key_id, key = words
        material = bytes.fromhex(key)
    except ValueError:
        name, key_id, material = "", "", b""
    if name != "vaka-data-key" or len(material) != 32:
        raise WrongSettings(f"VAKA_DATA_KEY_FILE: {path} is not a Vaka key file.")
    return Keyring(key_id, material)


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
    message = b"".join(len(part.encode()).to_bytes(8, "big") + part.encode() for part in parts)
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
