"""A return path of its own for each mail (VERP), so that a mail that comes back says by its address which one it was.

The token is the mail's own Message-ID, which is a keyed hash and tells nothing, and a keyed proof that we made it:
whoever makes one up settles nothing.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Iterable

from core.crypto import Keyring

IDENTITY, PROOF = 16, 6  # bytes
FORM = "[a-z2-7]{36}"
MESSAGE_ID = "<{}@vaka.invalid>"
OURS = re.compile(r"<([0-9a-f]{32})@vaka\.invalid>")


def token_of(keyring: Keyring, message_id: str) -> str:
    """36 letters and digits that survive a mail server which changes their case; none for a foreign Message-ID."""
    ours = OURS.fullmatch(message_id)
    if ours is None:
        return ""
    identity = bytes.fromhex(ours[1])
    return base64.b32encode(identity + _proof(keyring, identity)).decode().rstrip("=").lower()


def message_id_of(keyring: Keyring, token: str) -> str:
    """The Message-ID that a token stands for; nothing when we have not made it."""
    try:
        known = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except binascii.Error:
        return ""
    identity = known[:IDENTITY]
    return MESSAGE_ID.format(identity.hex()) if hmac.compare_digest(known[IDENTITY:], _proof(keyring, identity)) else ""


def return_path(address: str, token: str) -> str:
    """`bounces@company.example` becomes `bounces+<token>@company.example`."""
    local, _, domain = address.partition("@")
    return f"{local}+{token}@{domain}"


def tokens_in(address: str, texts: Iterable[str]) -> list[str]:
    """Every token of return paths under this address, in order, each once."""
    local, _, domain = address.partition("@")
    ours = re.compile(rf"(?<![\w.+-]){re.escape(local)}\+({FORM})@{re.escape(domain)}(?![\w.-])", re.IGNORECASE)
    return list(dict.fromkeys(found.lower() for text in texts for found in ours.findall(text)))


def _proof(keyring: Keyring, identity: bytes) -> bytes:
    return hmac.digest(keyring.derive("return-path"), identity, "sha256")[:PROOF]
