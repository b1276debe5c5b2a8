"""A check of the whole log: who asked for it, how far it has read, what it found."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id

OPEN = "ended_at IS NULL"


class LogCheck(Base):
    """One check. `at_seq` of `size` entries are read; `result` is empty until it has ended.

    `night` is the local day of a check that the service makes by itself, and is unique: several workers make one.
    `fence` counts the workers that began it. What is kept here is a report and no proof: whoever can alter the log can
    alter this row too, so a check that was broken off begins again at the first entry.
    """

    __tablename__ = "log_check"
    __table_args__ = (Index("ix_log_check_open", "asked_at", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    night: Mapped[str | None] = mapped_column(unique=True)
    started_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    at_seq: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    took_ms: Mapped[int] = mapped_column(default=0)
    result: Mapped[str] = mapped_column(default="")
    first_bad: Mapped[int | None]
    kind: Mapped[str | None]
    root: Mapped[str] = mapped_column(default="")
