"""Notices in their phases, to the authority and to others who are told of a case, and the filings: what was sent, when,
how, and with which answer."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class NoticeRecipient(Base):
    """Somebody besides the supervisory authority who is told of a case. `track` is how far that has come, in the words
    of the authority's; `regime` the law whose duties it fulfils; `contract_hours` what a contract gives us for it.

    One that is removed keeps what was written, and can be brought back.
    """

    __tablename__ = "notice_recipient"
    __table_args__ = (Index("ix_notice_recipient_incident_id", "incident_id"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str]
    name_sealed: Mapped[str]
    contact_sealed: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    regime: Mapped[str] = mapped_column(default="")
    contract_hours: Mapped[int | None]
    track: Mapped[str] = mapped_column(default="none_yet")
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - compare-and-set: a stale save hits no row


class Notice(Base):
    """One phase of telling one authority, or (`recipient_id`) one of the others. `editors` are all who have written in
    it: none of them may release it. `duty` is the one that sending it fulfils under another law ("nis2.early_warning").

    `authority` is the code of the authority, or the kind of the recipient; `card` the form it is written on.
    `answers_sealed` holds JSON: number of the question -> values, state, promised (notifications/filings.py).
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("incident_id", "recipient_id", "phase"),
        Index("ix_notice_authority_incident_id", "authority", "incident_id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str]
    recipient_id: Mapped[str] = mapped_column(default="")
    card: Mapped[str] = mapped_column(default="edpb")
    duty: Mapped[str] = mapped_column(default="")
    phase: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    authority: Mapped[str]
    language: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    editors: Mapped[list[str]] = mapped_column(default=list)
    answers_sealed: Mapped[str]
    comment_sealed: Mapped[str] = mapped_column(default="")
    edited_at: Mapped[datetime]
    submitted_by: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    approved_digest: Mapped[str] = mapped_column(default="")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - compare-and-set: a stale save hits no row


class NoticePromise(Base):
    """Who will know an open answer, and by when, beside the sealed answers: a list can then ask whom a case waits for.
    The number is the question's, so nothing of what is answered stands here."""

    __tablename__ = "notice_promise"
    __table_args__ = (Index("ix_notice_promise_user_id_incident_id", "user_id", "incident_id"),)
    notice_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[str]
    user_id: Mapped[str]
    due_on: Mapped[date | None]


class Filing(Base):
    """The proof that a phase was sent: a person did it in the recipient's own channel and wrote down the receipt. What
    was sent is kept to the byte; a PDF that could not be made is none. A joint notice has one in each of its cases."""

    __tablename__ = "filing"
    __table_args__ = (
        UniqueConstraint("incident_id", "notice_id"),
        Index("ix_filing_incident_id_filed_at", "incident_id", "filed_at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str]
    recipient_id: Mapped[str] = mapped_column(default="")
    notice_id: Mapped[str]
    phase: Mapped[int]
    authority: Mapped[str]
    filed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    channel: Mapped[str]
    due_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)
    receipt_file_id: Mapped[str | None]
    json_file_id: Mapped[str | None]
    pdf_file_id: Mapped[str | None]
    content_digest: Mapped[str]
    authority_reference_sealed: Mapped[str] = mapped_column(default="")
    delay_reasons_sealed: Mapped[str] = mapped_column(default="")
