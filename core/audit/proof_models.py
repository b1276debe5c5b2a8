"""The tables of what vouches for the log: who signs it, the checkpoints, where they are held, what did not fit."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class AuditInstance(Base):
    """The one row that names this log: a random id, made with the tables, and the public key that signs it (empty
    before the first checkpoint). The signer believes its own files, never this row."""

    __tablename__ = "audit_instance"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    vkey: Mapped[str] = mapped_column(default="")


class AuditCheckpoint(Base):
    """A signed statement of size and root. `note` is the exact text of the C2SP signed note; `key` is the hash that its
    signature line carries (8 hex digits); `why` is what it was made for."""

    __tablename__ = "audit_checkpoint"
    __table_args__ = (
        Index("ix_audit_checkpoint_size", "size"),
        Index("ix_audit_checkpoint_at", "at"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]
    root: Mapped[str]
    at: Mapped[datetime]
    key: Mapped[str]
    why: Mapped[str]
    note: Mapped[str]


class AuditAnchor(Base):
    """A checkpoint at a place outside: `kind` mail, tsa or folder; `place` is a label and never personal data."""

    __tablename__ = "audit_anchor"
    __table_args__ = (
        CheckConstraint("kind IN ('mail', 'tsa', 'folder')", name="kind"),
        CheckConstraint("state IN ('waiting', 'held', 'failed')", name="state"),
        Index("ix_audit_anchor_state_kind", "state", "kind"),
        Index("ix_audit_anchor_kind_checkpoint_id_place", "kind", "checkpoint_id", "place", unique=True),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("audit_checkpoint.id"), index=True)
    kind: Mapped[str]
    place: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(default="")
    evidence: Mapped[bytes | None] = mapped_column(LargeBinary)


class AuditSubtree(Base):
    """The root of a whole subtree of signed entries, by the entry that its right half begins with. Kept for speed, and
    believed by nobody (core/audit/kept_roots.py)."""

    __tablename__ = "audit_subtree"
    middle: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)


class SignerRefusal(Base):
    """What the signer found at odds with its own memory: the log is `smaller` than what it signed, `different` from it,
    or the head (or the memory) `unreadable`. It stands until the log fits again or a person begins a new line."""

    __tablename__ = "signer_refusal"
    __table_args__ = (
        CheckConstraint("kind IN ('smaller', 'different', 'unreadable')", name="kind"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    signed_size: Mapped[int]
    found_size: Mapped[int]
    lifted_at: Mapped[datetime | None]
