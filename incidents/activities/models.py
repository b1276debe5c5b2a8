"""A processing activity, the processors it uses, and the cases that touched it. What is written in words is sealed
under the installation's own key; codes, countries, days and ids stand in clear."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class Activity(Base):
    """One line of the record. `texts_sealed` holds its name, purpose, recipients and the other words, as one JSON."""

    __tablename__ = "activity"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    version: Mapped[int] = mapped_column(default=1)
    role: Mapped[str]
    legal_bases: Mapped[list[str]] = mapped_column(default=list)
    data_categories: Mapped[list[str]] = mapped_column(default=list)
    subject_groups: Mapped[list[str]] = mapped_column(default=list)
    people_band: Mapped[str] = mapped_column(default="unknown")
    countries: Mapped[list[str]] = mapped_column(default=list)
    transfers: Mapped[list[str]] = mapped_column(default=list)
    transfer_basis: Mapped[str] = mapped_column(default="")
    retention_number: Mapped[int | None]
    retention_unit: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[str | None]
    review_on: Mapped[date | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    texts_sealed: Mapped[str]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two people at once: the second save hits no row

    @property
    def path(self) -> str:
        return f"/activities/{self.id}"


class ActivityProcessor(Base):
    """A supplier processes data of this activity for us."""

    __tablename__ = "activity_processor"
    activity_id: Mapped[str] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    supplier_id: Mapped[str] = mapped_column(ForeignKey("supplier.id"), primary_key=True, index=True)


class IncidentActivity(Base):
    """A case touched this activity, as its classification says."""

    __tablename__ = "incident_activity"
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    activity_id: Mapped[str] = mapped_column(ForeignKey("activity.id"), primary_key=True, index=True)


class IncidentProcessor(Base):
    """A case happened at, or by, this supplier, as its classification says."""

    __tablename__ = "incident_processor"
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    supplier_id: Mapped[str] = mapped_column(ForeignKey("supplier.id"), primary_key=True, index=True)
