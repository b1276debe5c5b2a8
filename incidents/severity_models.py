"""What the severity of a case was reckoned from, version by version."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class SeverityStatement(Base):
    """The facts that severity and duties are reckoned from (risk/facts.py), as somebody stated them. Each change is a
    new version with its reason. `quarters` is the score in quarters of a point, so that it stays exact."""

    __tablename__ = "severity_statement"
    __table_args__ = (UniqueConstraint("incident_id", "version"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    version: Mapped[int] = mapped_column(default=1)
    facts_sealed: Mapped[str]
    reason_sealed: Mapped[str] = mapped_column(default="")
    quarters: Mapped[int]
    band: Mapped[str]
    stated_by: Mapped[str]
    stated_at: Mapped[datetime]
