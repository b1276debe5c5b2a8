"""An outbox row with its seals open. It lives in the worker's memory only."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy.orm import Session

from core.files import StoredFile, file_content, file_name
from core.keys import unseal, unseal_bytes
from notifications.claims import Taken
from notifications.models import OutboxMessage
from notifications.outbox import Fact, unpacked
from notifications.return_path import token_of


class Altered(Exception):
    """The text is not the one that was approved."""


@dataclass(frozen=True)
class Attachment:
    """A stored file as it lies there, byte for byte."""

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Opened:
    """What a mail is made of; `token` is that of its return path. Its `repr` shows ids only: no log can show more."""

    id: str
    message_id: str
    kind: str
    language: str
    to: str = field(repr=False)
    facts: Mapping[str, Fact] = field(repr=False)
    attachments: tuple[Attachment, ...] = ()
    token: str = field(default="", repr=False)

    @property
    def is_letter(self) -> bool:
        """Whether the facts hold a final text, approved word for word, instead of variables for a template."""
        return "subject" in self.facts and "text" in self.facts


def open_message(session: Session, row: OutboxMessage | Taken) -> Opened:
    """Unseal address and facts.

    Raises:
        CannotOpen: the case has been erased.
        Altered: the row carries the hash of another text.
    """
    to = unseal(session, row.case_id, f"outbox_message.to:{row.id}", row.to_sealed)
    facts = unpacked(unseal_bytes(session, row.case_id, f"outbox_message.facts:{row.id}", row.facts_sealed))
    if row.body_hash and row.body_hash != fingerprint(facts):
        raise Altered
    attachments = tuple(_attachment(session, one) for one in cast(list[str], facts.get("attachments", [])))
    token = token_of(session.info["keyring"], row.message_id)
    return Opened(row.id, row.message_id, row.kind, row.language, to, facts, attachments, token)


def _attachment(session: Session, file_id: str) -> Attachment:
    file = session.get(StoredFile, file_id)
    if file is None:
        raise Altered
    return Attachment(file_name(session, file), file.media_type, file_content(session, file))


def fingerprint(facts: Mapping[str, Fact]) -> str:
    """The hash of an approved letter, for `body_hash`: one that was changed afterwards is not sent."""
    final: dict[str, Fact] = {key: facts.get(key) or "" for key in ("subject", "text", "html")}
    final |= {key: facts[key] for key in ("attachments", "reply_to") if facts.get(key)}
    return hashlib.sha256(json.dumps(final, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
