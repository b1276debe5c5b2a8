"""Samples as they were drawn, and which of their cases somebody has looked at."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class Sample(Base):
    """`filter` are the codes of what was asked for, `population` how many cases the drawer could see behind it and
    `digest` proves which. `seed_given`: a person chose the seed, to draw an earlier sample again."""

    __tablename__ = "sample"
    __table_args__ = (Index("ix_sample_drawn_at_id", "drawn_at", "id"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    drawn_by: Mapped[str]
    drawn_at: Mapped[datetime]
    filter: Mapped[dict[str, Any]]
    size: Mapped[int]
    seed: Mapped[str]
    seed_given: Mapped[bool]
    population: Mapped[int]
    digest: Mapped[str]

    @property
    def path(self) -> str:
        return f"/register/samples/{self.id}"


class SampledCase(Base):
    """A case of a sample. `place` is its place in the order of the rule."""

    __tablename__ = "sampled_case"
    __table_args__ = (Index("ix_sampled_case_incident_id", "incident_id"),)
    sample_id: Mapped[str] = mapped_column(ForeignKey("sample.id"), primary_key=True)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    place: Mapped[int]
    looked_by: Mapped[str | None]
    looked_at: Mapped[datetime | None]
