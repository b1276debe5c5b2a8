"""Courses and who took them. A record is a fact of a day: it is added, never changed; the latest one counts."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class Course(Base):
    """A course that everybody takes. `valid_days`: how long it holds; nought is for ever."""

    __tablename__ = "training_course"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str]
    valid_days: Mapped[int]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    @property
    def path(self) -> str:
        return f"/training/courses/{self.id}"


class TrainingRecord(Base):
    """Somebody took a course on a day. `score` is in per cent; the certificate is a sealed file."""

    __tablename__ = "training_record"
    __table_args__ = (Index("ix_training_record_course_id_user_id_taken_on", "course_id", "user_id", "taken_on"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    course_id: Mapped[str] = mapped_column(ForeignKey("training_course.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), index=True)
    taken_on: Mapped[date]
    expires_on: Mapped[date | None]
    score: Mapped[int | None]
    file_id: Mapped[str | None]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]


class TrainingReminder(Base):
    """A reminder before a record runs out, once and for all."""

    __tablename__ = "training_reminder"
    record_id: Mapped[str] = mapped_column(ForeignKey("training_record.id"), primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    given_at: Mapped[datetime]
