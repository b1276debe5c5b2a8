"""The company's own causes beside the shipped ones, version by version."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class CauseCatalogue(Base):
    """One published version of the company's own cards and of what it retired. It never changes; a case is stamped with
    the version it was classified by."""

    __tablename__ = "cause_catalogue"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cards: Mapped[list[dict[str, Any]]]
    retired: Mapped[list[str]] = mapped_column(default=list)
    note_sealed: Mapped[str] = mapped_column(default="")
    published_by: Mapped[str]
    published_at: Mapped[datetime]


class CauseDraft(Base):
    """What the next version would be, while nobody has published it; at most one. `changed_at` is what a publisher must
    have seen."""

    __tablename__ = "cause_draft"
    id: Mapped[str] = mapped_column(primary_key=True, default="draft")
    cards: Mapped[list[dict[str, Any]]]
    retired: Mapped[list[str]] = mapped_column(default=list)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
