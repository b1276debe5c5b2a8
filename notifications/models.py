"""The outbox: a mail is a row written with the change it tells of. States and fence as in security.md section 4."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id

STATES = (
    "frozen", "queued", "claimed", "in_data", "accepted", "bounced",
    "deferred", "failed", "uncertain", "decided", "dead", "cancelled",
)  # fmt: skip
IN_TROUBLE = "state IN ('uncertain', 'failed', 'dead', 'bounced')"
ASIDE = "state IN ('frozen', 'cancelled', 'decided')"
HELD = "state IN ('claimed', 'in_data')"
UNSENT = "state IN ('queued', 'deferred', 'claimed', 'in_data')"


class OutboxMessage(Base):
    """One message to one person. `idem_key` makes a second enqueue of the same thing impossible.

    `message_class`: `resend` (alerts: twice is harmless), `hold` (a person decides), `reconcile` (letters: ask the
    relay). `to_sealed` and `facts_sealed` lie under the key of `case_id`. Lower `priority` goes first. A mail of a step
    about somebody is `hidden_from` them in the list of mails.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="known_state"),
        Index("ix_outbox_message_unsent", "priority", "due_at", "id", sqlite_where=text(UNSENT),
              postgresql_where=text(UNSENT)),
        Index("ix_outbox_message_held", "lease_until", sqlite_where=text(HELD), postgresql_where=text(HELD)),
        Index("ix_outbox_message_in_trouble", "state", "case_id", sqlite_where=text(IN_TROUBLE),
              postgresql_where=text(IN_TROUBLE)),
        Index("ix_outbox_message_aside", "state", sqlite_where=text(ASIDE), postgresql_where=text(ASIDE)),
        Index("ix_outbox_message_mailing_id_state", "mailing_id", "state"),
    )  # fmt: skip
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    idem_key: Mapped[str] = mapped_column(unique=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    message_class: Mapped[str] = mapped_column(default="resend")
    priority: Mapped[int] = mapped_column(default=5)
    kind: Mapped[str]
    language: Mapped[str]
    case_id: Mapped[str] = mapped_column(default="", index=True)
    hidden_from: Mapped[str | None]
    mailing_id: Mapped[str | None]
    recipient_id: Mapped[str | None] = mapped_column(index=True)
    to_sealed: Mapped[str]
    facts_sealed: Mapped[str]
    body_hash: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    smtp_code: Mapped[int | None]
    smtp_reply_sealed: Mapped[str | None]
    accepted_at: Mapped[datetime | None]


class DeliveryAttempt(Base):
    """What happened to a message, appended and never changed."""

    __tablename__ = "delivery_attempt"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    outbox_id: Mapped[str] = mapped_column(ForeignKey("outbox_message.id"), index=True)
    at: Mapped[datetime]
    event: Mapped[str]
    fence: Mapped[int]
    smtp_code: Mapped[int | None]


class ChannelMessage(Base):
    """An alarm for the second channel (signed webhook, local command or syslog), written with what it tells of.

    `facts` hold no personal data and nothing of a case but its reference, duty, level and times. `taken`: the channels
    that have it; `delivered_at`: since when at least one has. `lease_until` of a claim is also its fence.
    """

    __tablename__ = "channel_message"
    __table_args__ = (
        Index("ix_channel_message_unsent", "due_at", "id", sqlite_where=text("state = 'queued'"),
              postgresql_where=text("state = 'queued'")),
    )  # fmt: skip
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    idem_key: Mapped[str] = mapped_column(unique=True)
    event: Mapped[str]
    facts: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    taken: Mapped[list[str]]
    trouble: Mapped[str] = mapped_column(default="")


class ServiceState(Base):
    """Small facts the service remembers across restarts: last tick, high-water time, relay breaker."""

    __tablename__ = "service_state"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    at: Mapped[datetime]
