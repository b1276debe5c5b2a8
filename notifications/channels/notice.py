"""What leaves through the second channel: codes, times and a link, the same for every kind of channel."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

TEST = "test"


@dataclass(frozen=True)
class Notice:
    """One alarm on its way. `id` stays the same however often it is tried."""

    id: str
    event: str
    at: datetime
    facts: Mapping[str, Any]
    base_url: str

    def document(self) -> dict[str, Any]:
        """`type`, `timestamp` and `data`, as the Standard Webhooks scheme wants them."""
        path = self.facts.get("path")
        link = {"link": f"{self.base_url}{path}"} if path else {}
        stamp = self.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return {"type": self.event, "timestamp": stamp, "data": {**self.facts, **link}}

    def as_json(self) -> bytes:
        return json.dumps(self.document(), ensure_ascii=False, separators=(",", ":")).encode()


class Channel(Protocol):
    """One way out. `name` is its code, `place` what may be shown of where it leads."""

    @property
    def name(self) -> str: ...

    @property
    def place(self) -> str: ...

    def knock(self) -> None:
        """See whether there is a way, without sending anything.

        Raises:
            Unreached: there is none.
        """

    def deliver(self, notice: Notice, now: datetime) -> None:
        """Hand it over.

        Raises:
            Unreached: it was not taken.
        """
