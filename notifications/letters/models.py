"""A mailing to the people affected (GDPR Art. 34) and its recipients. Whatever could name a person is sealed."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id

PAUSED, STOPPED = "paused", "preparing"  # states in which no letter may leave


class Mailing(Base):
    """One letter to all who are affected by a case. `state` is a code of the people track of the case.

    `letter_sealed` holds subject, text and common words in each language; `draft_sealed` a list that was sent in and
    not yet imported, `list_words_sealed` what the list calls data in words of its own. The hashes are keyed: they prove
    that nothing changed, and tell nothing.
    """

    __tablename__ = "mailing"
    __table_args__ = (
        UniqueConstraint("incident_id", "number"),
        Index("ix_mailing_state_hold_until", "state", "hold_until"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(index=True)
    number: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default="preparing")
    started_by: Mapped[str]
    created_at: Mapped[datetime]
    reason_sealed: Mapped[str] = mapped_column(default="")

    draft_sealed: Mapped[str] = mapped_column(default="")
    list_words_sealed: Mapped[str] = mapped_column(default="")
    imported_by: Mapped[str | None]
    imported_at: Mapped[datetime | None]

    template: Mapped[str] = mapped_column(default="")
    template_version: Mapped[str] = mapped_column(default="")
    letter_sealed: Mapped[str] = mapped_column(default="")
    edition: Mapped[int] = mapped_column(default=0)
    written_by: Mapped[str | None]
    last_edited_by: Mapped[str | None]
    edited_at: Mapped[datetime | None]

    tested_by: Mapped[str | None]
    tested_at: Mapped[datetime | None]
    tested_hash: Mapped[str] = mapped_column(default="")
    tested_count: Mapped[int] = mapped_column(default=0)
    tested_sealed: Mapped[str] = mapped_column(default="")
    compared_sealed: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime | None]

    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    list_hash: Mapped[str] = mapped_column(default="")
    text_hash: Mapped[str] = mapped_column(default="")
    letters_hash: Mapped[str] = mapped_column(default="")
    total: Mapped[int] = mapped_column(default=0)
    hold_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    stopped_by: Mapped[str | None]
    stopped_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    public_sealed: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - compare-and-set: a stale save hits no row


class Recipient(Base):
    """One row of the list. A row that repeats a person stays, as `merged`, beside the one that is written to.

    `channel`: email, letter, phone, manual (a person takes care), none (only a public notice reaches them). `state`:
    pending, merged, doubt (perhaps the same person twice: somebody decides), told (in another way than by mail).
    """

    __tablename__ = "recipient"
    __table_args__ = (
        UniqueConstraint("mailing_id", "row"),
        Index("ix_recipient_mailing_id_channel_state", "mailing_id", "channel", "state"),
        Index("ix_recipient_address_key", "address_key"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    mailing_id: Mapped[str]
    row: Mapped[int]
    fields_sealed: Mapped[str]
    address_key: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    default_language: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    protected: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="pending")
    same_as: Mapped[str | None]
    outbox_id: Mapped[str | None] = mapped_column(index=True)
    printed_at: Mapped[datetime | None]
    told_how: Mapped[str] = mapped_column(default="")
    told_by: Mapped[str | None]
    told_at: Mapped[datetime | None]
