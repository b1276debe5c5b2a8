"""A signed webhook by the Standard Webhooks scheme: the receiver can check who sent it, when, and that it came once."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import SplitResult

from core.settings import WrongSettings
from notifications.channels.calling import call, touch
from notifications.channels.notice import Notice

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes, as the scheme says


@dataclass(frozen=True)
class Webhook:
    """Posts each alarm to one address. Secret and address are never shown by `repr`."""

    to: SplitResult = field(repr=False)
    secrets: tuple[bytes, ...] = field(repr=False)
    private: bool = False
    name: str = "webhook"

    @property
    def place(self) -> str:
        """Where it leads, without the path: that may hold a token."""
        return self.to.hostname or ""

    def knock(self) -> None:
        touch(self.to, private=self.private)

    def deliver(self, notice: Notice, now: datetime) -> None:
        """Post it; a repeat carries the same `webhook-id`, so that the receiver can drop it.

        Raises:
            Unreached: it was not taken.
        """
        body, stamp = notice.as_json(), str(int(now.timestamp()))
        signatures = " ".join(f"v1,{signature(secret, notice.id, stamp, body)}" for secret in self.secrets)
        headers = {"Content-Type": "application/json", "webhook-id": notice.id, "webhook-timestamp": stamp,
                   "webhook-signature": signatures}  # fmt: skip
        call("POST", self.to, private=self.private, body=body, headers=headers)


def signature(secret: bytes, message_id: str, stamp: str, body: bytes) -> str:
    signed = f"{message_id}.{stamp}.".encode() + body
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def parse_secrets(text: str) -> tuple[bytes, ...]:
    """Read `whsec_...`; two of them with a space between while one takes over from the other.

    Raises:
        WrongSettings: none is there, or one is not what the scheme asks for.
    """
    try:
        found = tuple(base64.b64decode(one.removeprefix(PREFIX), validate=True) for one in text.split())
    except binascii.Error:
        found = ()
    if not found or not all(SHORTEST <= len(secret) <= LONGEST for secret in found):
        raise WrongSettings(
            f"VAKA_ALERT_WEBHOOK_SECRET: write {PREFIX} followed by {SHORTEST} to {LONGEST} random bytes in base64."
        )
    return found
