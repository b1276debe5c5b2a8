"""An alarm for the second channel is a row, written in the transaction of what it tells of."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.db import new_id
from notifications.models import ChannelMessage
from notifications.outbox import keyed

Plain = str | int | bool | None


def announce(session: Session, event: str, facts: Mapping[str, Plain], once: str, now: datetime) -> None:
    """Queue an alarm for the second channel in the caller's transaction, once for each `once`.

    `facts` leave the house in clear: reference, duty, level, times and a path, never anything of a person or a case's
    content. They never need a translation: codes and times only.
    """
    row = {"id": new_id(), "idem_key": keyed(session, "channel", once), "event": event, "facts": dict(facts),
           "state": "queued", "attempts": 0, "created_at": now, "due_at": now, "taken": [], "trouble": ""}  # fmt: skip
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(ChannelMessage).values(row).on_conflict_do_nothing(index_elements=["idem_key"]))
