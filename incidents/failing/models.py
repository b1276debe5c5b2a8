"""What failed in a case. The rows belong to the case: whoever may not see it meets neither of them anywhere."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class FailedControl(Base):
    """A control that was to prevent this, and did not."""

    __tablename__ = "incident_control"
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    control_code: Mapped[str] = mapped_column(ForeignKey("control.code"), primary_key=True, index=True)
    by_id: Mapped[str]
    at: Mapped[datetime]


class IncidentUnit(Base):
    """The unit in which it happened."""

    __tablename__ = "incident_unit"
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    unit: Mapped[str]
    by_id: Mapped[str]
    at: Mapped[datetime]
