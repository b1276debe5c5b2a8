"""The minutes of a commission as rows."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class Minutes(Base):
    """The minutes of one commission as they were written: the data both the page and the PDF are made from, and the
    PDF itself. What happens later makes a new version. The digests stand in the log."""

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("commission_id", "version"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), index=True)
    commission_id: Mapped[str] = mapped_column(ForeignKey("commission.id"))
    version: Mapped[int] = mapped_column(default=1)
    language: Mapped[str]
    data_sealed: Mapped[str]
    pdf_sealed: Mapped[bytes]
    data_sha256: Mapped[str]
    pdf_sha256: Mapped[str]
    written_by: Mapped[str]
    written_at: Mapped[datetime]
