"""Checklists under way and done. Whom one concerns is sealed; what it asks for stands on the card of its kind."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class EventTask(Base):
    """One checklist. `user_id`: the account it was started from, if any. `late_at`: when it was alarmed about, once."""

    __tablename__ = "event_task"
    __table_args__ = (Index("ix_event_task_done_at_due_at", "done_at", "due_at"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    person_sealed: Mapped[str]
    user_id: Mapped[str | None] = mapped_column(ForeignKey("user.id"), index=True)
    day: Mapped[date]
    due_at: Mapped[datetime]
    started_by: Mapped[str]
    started_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    late_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    @property
    def path(self) -> str:
        return f"/tasks/{self.id}"


class EventTaskStep(Base):
    """One thing to do, by whom, and when it was settled: done, or not needed with a note that says why."""

    __tablename__ = "event_task_step"
    task_id: Mapped[str] = mapped_column(ForeignKey("event_task.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    owner_id: Mapped[str] = mapped_column(index=True)
    settled: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    note_sealed: Mapped[str] = mapped_column(default="")
