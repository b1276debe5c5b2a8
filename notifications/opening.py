"""An outbox row with its seals open. It lives in the worker's memory only."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from core.keys import unseal
from notifications.models import OutboxMessage
from notifications.outbox import Fact


class Altered(Exception):
    """The text is not the one that was approved."""


@dataclass(frozen=True)
class Opened:
    """What a mail is made of. Its `repr` shows ids only, so that no log can show more."""

    id: str
    message_id: str
    kind: str
    language: str
    to: str = field(repr=False)
    facts: Mapping[str, Fact] = field(repr=False)

    @property
    def is_letter(self) -> bool:
        """Whether the facts hold a final text, approved word for word, instead of variables for a template."""
        return "subject" in self.facts and "text" in self.facts


def open_message(session: Session, row: OutboxMessage) -> Opened:
    """Unseal address and facts.

    Raises:
        CannotOpen: the case has been erased.
        Altered: the row carries the hash of another text.
    """
    to = unseal(session, row.case_id, f"outbox_message.to:{row.id}", row.to_sealed)
    facts = json.loads(unseal(session, row.case_id, f"outbox_message.facts:{row.id}", row.facts_sealed))
    if row.body_hash and row.body_hash != fingerprint(facts):
        raise Altered
    return Opened(row.id, row.message_id, row.kind, row.language, to, facts)


def fingerprint(facts: Mapping[str, Fact]) -> str:
    """The hash of an approved letter, for `body_hash`: one that was changed afterwards is not sent."""
    final = {key: facts.get(key) or "" for key in ("subject", "text", "html")}
    return hashlib.sha256(json.dumps(final, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
