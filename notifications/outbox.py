"""A mail is a row. `enqueue` writes it in the caller's transaction; the worker sends it later."""

import hashlib
import hmac
import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import new_id
from core.keys import INSTANCE, seal, seal_bytes
from notifications.models import OutboxMessage

Fact = str | int | bool | list[str] | None
LONG = 1000  # bytes


def enqueue(
    session: Session,
    kind: str,
    *,
    to: str,
    language: str,
    once: str,
    now: datetime,
    case: str = INSTANCE,
    priority: int = 5,
    message_class: str = "resend",
    mailing_id: str | None = None,
    recipient_id: str | None = None,
    due_at: datetime | None = None,
    hidden_from: str | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> OutboxMessage | None:
    """Queue one message to one address; a second call with the same `once` does nothing and returns None.

    `once` is built from ids and dates, never from translated text. `facts` are the variables of the mail's template
    (`templates/email/<language>.jinja`, blocks `<kind>_subject` and `<kind>_body`); they are sealed.
    """
    idem_key = keyed(session, "outbox", once)
    if session.scalar(select(OutboxMessage.id).where(OutboxMessage.idem_key == idem_key)):
        return None
    message = OutboxMessage(
        id=new_id(), idem_key=idem_key, message_id=f"<{keyed(session, 'message-id', once)[:32]}@vaka.invalid>",
        kind=kind, language=language, case_id=case, priority=priority, message_class=message_class,
        mailing_id=mailing_id, recipient_id=recipient_id, created_at=now, due_at=due_at or now,
        hidden_from=hidden_from, state="queued", attempts=0, fence=0,
    )  # fmt: skip
    _seal(session, message, to, facts or {})
    session.add(message)
    return message


def _seal(session: Session, message: OutboxMessage, to: str, facts: Mapping[str, Fact]) -> None:
    """Address and facts lie under the key of the case, each bound to its place in this very message."""
    message.to_sealed = seal(session, message.case_id, f"outbox_message.to:{message.id}", to)
    message.facts_sealed = seal_bytes(session, message.case_id, f"outbox_message.facts:{message.id}", packed(facts))


def packed(facts: Mapping[str, Fact]) -> bytes:
    """Facts as they are sealed. A letter says everything twice, as text and as HTML, and each change of its row writes
    it again, so long ones are deflated."""
    told = json.dumps(dict(facts), ensure_ascii=False).encode()
    return zlib.compress(told, level=1) if len(told) > LONG else told


def unpacked(kept: bytes) -> dict[str, Fact]:
    facts: dict[str, Fact] = json.loads(kept if kept.startswith(b"{") else zlib.decompress(kept))
    return facts


def keyed(session: Session, purpose: str, text: str) -> str:
    """A keyed hash, so that neither key nor Message-ID gives away an address or a case."""
    key: bytes = session.info["keyring"].derive(purpose)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def keyed_lines(session: Session, purpose: str, lines: Iterable[str]) -> str:
    """The same over many lines, one in memory at a time."""
    code = hmac.new(session.info["keyring"].derive(purpose), digestmod=hashlib.sha256)
    for number, line in enumerate(lines):
        code.update(f"\n{line}".encode() if number else line.encode())
    return code.hexdigest()
