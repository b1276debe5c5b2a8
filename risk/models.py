"""Controls of the company's rules, every check with its proof, and the reminders that were given."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class Control(Base):
    """A control the company has adopted. What it asks for stands on the card of the same code (`risk/controls`)."""

    __tablename__ = "control"
    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[str | None] = mapped_column(index=True)
    deputy_id: Mapped[str | None] = mapped_column(index=True)
    interval_days: Mapped[int]
    grace_days: Mapped[int]
    started_at: Mapped[datetime]
    next_due_at: Mapped[datetime] = mapped_column(index=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two people at once: the second save hits no row

    @property
    def interval(self) -> timedelta:
        return timedelta(days=self.interval_days)

    @property
    def grace(self) -> timedelta:
        return timedelta(days=self.grace_days)

    @property
    def path(self) -> str:
        return f"/controls/{self.code}"


class ControlCheck(Base):
    """One time a control was done. `due_at` is when it should have been, so that history can say late."""

    __tablename__ = "control_check"
    __table_args__ = (Index("ix_control_check_control_code_done_at", "control_code", "done_at"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    control_code: Mapped[str] = mapped_column(ForeignKey("control.code"))
    due_at: Mapped[datetime]
    done_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    by_id: Mapped[str]
    result: Mapped[str]
    note_sealed: Mapped[str] = mapped_column(default="")
    evidence: Mapped[list[str]] = mapped_column(default=list)


class ControlReminder(Base):
    """A reminder that was given, once and for all: the primary key is the last guard against a second one."""

    __tablename__ = "control_reminder"
    control_code: Mapped[str] = mapped_column(ForeignKey("control.code"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    given_at: Mapped[datetime]
