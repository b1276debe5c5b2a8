"""Which cases are told together: one row for each case that goes, or once went, in the notice of another."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class BundledCase(Base):
    """A case goes in one joint notice at a time: the index is the last guard. A row stays when the notice has been sent
    and when the case has left it, for what was written of the case then is still not for everybody."""

    __tablename__ = "bundled_case"
    __table_args__ = (
        Index("ix_bundled_case_in_one", "incident_id", unique=True, sqlite_where=text("left_at IS NULL"),
              postgresql_where=text("left_at IS NULL")),
    )  # fmt: skip
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    lead_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True, index=True)
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
