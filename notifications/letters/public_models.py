"""Telling the public instead of each person (GDPR Art. 34(3)(c)): the text, where and when it stood, and why."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id

STATES = ("draft", "approved", "published")


class PublicCommunication(Base):
    """`fields_sealed` holds text, channels, reach and reason. `text_hash` (keyed) is what was approved; an edit voids
    it. `proof_id` is the file that shows it as it stood there.
    """

    __tablename__ = "public_communication"
    __table_args__ = (
        UniqueConstraint("incident_id", "number"),
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="known_public_state"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(index=True)
    number: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default="draft")
    fields_sealed: Mapped[str] = mapped_column(default="")
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    last_edited_by: Mapped[str]
    edited_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    text_hash: Mapped[str] = mapped_column(default="")
    published_on: Mapped[date | None]
    proof_id: Mapped[str | None]
    noted_by: Mapped[str | None]
    noted_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - compare-and-set, as for a mailing
