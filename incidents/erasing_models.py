"""What is due to be erased, who proposed and approved it, what has been erased, and what holds a case back."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class LegalHold(Base):
    """Nothing of a held case is erased, whatever its age. One person places a hold at once; it ends when one person has
    asked and another has lifted it, because what follows cannot be undone."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index("ix_legal_hold_in_force", "incident_id", unique=True, sqlite_where=text("lifted_at IS NULL"),
              postgresql_where=text("lifted_at IS NULL")),
    )  # fmt: skip
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    reason_sealed: Mapped[str]
    placed_by: Mapped[str]
    placed_at: Mapped[datetime]
    lift_reason_sealed: Mapped[str] = mapped_column(default="")
    lift_asked_by: Mapped[str | None]
    lift_asked_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[datetime | None]


class ErasureItem(Base):
    """A part of a case whose time has come. The worker notices it; one person proposes it, as one of a batch; another
    approves it; then the worker erases it, and `ErasedPart` takes its place."""

    __tablename__ = "erasure_item"
    __table_args__ = (
        UniqueConstraint("incident_id", "part"),
        Index("ix_erasure_item_batch_id", "batch_id"),
        Index("ix_erasure_item_approved", "approved_at", "id", sqlite_where=text("approved_at IS NOT NULL"),
              postgresql_where=text("approved_at IS NOT NULL")),
    )  # fmt: skip
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    part: Mapped[str]
    rule: Mapped[str]
    due_at: Mapped[datetime]
    noticed_at: Mapped[datetime]
    batch_id: Mapped[str | None]
    proposed_by: Mapped[str | None]
    proposed_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]


class ErasedPart(Base):
    """What was erased, by which rule, and on whose two signatures. `kept` holds the figures that the register goes on
    showing. `cleared_at`: the long tables are emptied too; `swept_at`: nothing is left in free pages and journals."""

    __tablename__ = "erased_part"
    __table_args__ = (
        Index("ix_erased_part_to_clear", "erased_at", sqlite_where=text("cleared_at IS NULL"),
              postgresql_where=text("cleared_at IS NULL")),
        Index("ix_erased_part_to_sweep", "cleared_at", sqlite_where=text("swept_at IS NULL"),
              postgresql_where=text("swept_at IS NULL")),
        Index("ix_erased_part_erased_at", "erased_at"),
    )  # fmt: skip
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str]
    due_at: Mapped[datetime]
    batch_id: Mapped[str | None]
    proposed_by: Mapped[str | None]
    approved_by: Mapped[str | None]
    erased_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    swept_at: Mapped[datetime | None]
    kept: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ErasedBefore(Base):
    """A part of a case that was erased once, and is here again because an older backup came back. It is settled when
    it is erased again, or held."""

    __tablename__ = "erased_before"
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]
    found_at: Mapped[datetime]
