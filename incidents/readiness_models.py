"""Who holds the way in to an authority, and each time somebody tried it."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class AuthorityReadiness(Base):
    """One trial, or that somebody holds the way in and has not tried it yet. It never changes: the next is a new row.

    What is held and the note are typed freely, so both are sealed under the key of the installation.
    """

    __tablename__ = "authority_readiness"
    __table_args__ = (Index("ix_authority_readiness_authority_recorded_at", "authority", "recorded_at"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    authority: Mapped[str]
    user_id: Mapped[str]
    holds_sealed: Mapped[str]
    tried_on: Mapped[date | None]
    result: Mapped[str]
    note_sealed: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
