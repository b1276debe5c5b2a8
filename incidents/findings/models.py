"""Findings, and what was said to them since: each answer, return and closing is a row that nobody changes."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class Finding(Base):
    """`case_id` is empty for a finding in general or on an entry of no case; `entry_seq` names an entry of the log.
    `reference` is what mails call it: it says nothing of a case. Text under the key of the case, else the service's."""

    __tablename__ = "finding"
    __table_args__ = (
        Index("ix_finding_written_at_id", "written_at", "id"),
        Index("ix_finding_owner_id_state", "owner_id", "state"),
        Index("ix_finding_case_id", "case_id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    case_id: Mapped[str]
    entry_seq: Mapped[int | None]
    severity: Mapped[str]
    owner_id: Mapped[str]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="open")
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    text_sealed: Mapped[str]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - compare-and-set: a stale save hits no row

    @property
    def path(self) -> str:
        return f"/findings/{self.id}"


class FindingReply(Base):
    """`kind`: answer, give_back or close. A closing may say nothing."""

    __tablename__ = "finding_reply"
    __table_args__ = (Index("ix_finding_reply_finding_id_at", "finding_id", "at"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    finding_id: Mapped[str] = mapped_column(ForeignKey("finding.id"))
    kind: Mapped[str]
    by_id: Mapped[str]
    at: Mapped[datetime]
    text_sealed: Mapped[str] = mapped_column(default="")
