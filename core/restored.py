"""The switch of an earlier state: while it stands, no mail leaves. One row for each time, the open one counts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base


class RestoredCopy(Base):
    """That this database is an earlier one than what was there: `found_by` the restore itself or the signer.

    `size` and `root` are the log's as it was found. `as_of` is the moment of the backup, where that is known;
    `doubtful` how many messages may have left since; `seen_size` how long the log once was, as far as anybody knows.
    """

    __tablename__ = "restored_copy"
    __table_args__ = (
        CheckConstraint("found_by IN ('restore', 'signer')", name="found_by"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    found_by: Mapped[str]
    at: Mapped[datetime]
    as_of: Mapped[datetime | None]
    size: Mapped[int]
    root: Mapped[str]
    seen_size: Mapped[int]
    doubtful: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


def restored(session: Session) -> RestoredCopy | None:
    """The open row: this is an earlier state, and nobody has said yet that all is settled."""
    return session.scalar(select(RestoredCopy).where(RestoredCopy.ended_at.is_(None)).limit(1))
