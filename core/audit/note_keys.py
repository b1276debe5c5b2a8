"""The keys of signed notes (c2sp.org/signed-note), Ed25519 only, and the two encodings that notes are made of."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")


class BadNote(Exception):
    """A note, checkpoint or key that is not what it must be, in one sentence."""


@dataclass(frozen=True)
class VerifierKey:
    """The public half, as it is pinned: `name+hash+base64`."""

    name: str
    public: bytes

    @property
    def hash(self) -> bytes:
        """The first four bytes of SHA-256(name, line feed, algorithm, key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def text(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{to_base64(ED25519 + self.public)}"

    def holds(self, text: str, signature: bytes) -> bool:
        """Whether this key has signed the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """The secret half, in a file as `PRIVATE+KEY+name+hash+base64`."""

    name: str
    seed: bytes

    @classmethod
    def new(cls, name: str) -> "SigningKey":
        return cls(checked_name(name), Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self._private.public_key().public_bytes_raw())

    @property
    def secret_text(self) -> str:
        return f"PRIVATE+KEY+{self.name}+{self.verifier.hash.hex()}+{to_base64(ED25519 + self.seed)}"

    def sign(self, text: str) -> bytes:
        return self._private.sign(text.encode())

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def __repr__(self) -> str:
        return f"SigningKey({self.name})"


def parse_vkey(text: str) -> VerifierKey:
    """A pinned key.

    Raises:
        BadNote: not `name+hash+base64` of an Ed25519 key, or the hash is of another key.
    """
    name, _, rest = text.partition("+")
    short, _, blob = rest.partition("+")
    key = VerifierKey(checked_name(name), _key(blob))
    if key.hash.hex() != short:
        raise BadNote("The hash in the key is not the hash of the key.")
    return key


def parse_signing_key(text: str) -> SigningKey:
    """A secret key from its file.

    Raises:
        BadNote: the file holds something else. The text is never repeated.
    """
    parts = text.strip().split("+", 4)
    if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:
        raise BadNote("This is not a signing key.")
    name, short, blob = parts[2:]
    key = SigningKey(checked_name(name), _key(blob))
    if key.verifier.hash.hex() != short:
        raise BadNote("The hash in the key is not the hash of the key.")
    return key


def checked_name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise BadNote("A name is empty, or holds a space or a plus sign.")
    return text


def _key(text: str) -> bytes:
    blob = from_base64(text)
    if len(blob) != 33 or blob[:1] != ED25519:
        raise BadNote("This is not an Ed25519 key.")
    return blob[1:]


def to_base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def from_base64(text: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("This is not base64.") from None
    if to_base64(value) != text:
        raise BadNote("This is not base64 in its one right form.")
    return value
