"""A supplier, its links, and each time it told us something. Names, addresses and answers are sealed; times, states and
ids stand in clear."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class Supplier(Base):
    """A company that processes personal data for us (GDPR Art. 4(8)). A register of agreements can point here."""

    __tablename__ = "supplier"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name_sealed: Mapped[str]
    email_sealed: Mapped[str]
    note_sealed: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="sv")
    created_by: Mapped[str]
    created_at: Mapped[datetime]

    @property
    def path(self) -> str:
        return f"/suppliers/{self.id}"


class SupplierLink(Base):
    """A way in without an account. Without `incident_id` it is the standing one, kept for the day something happens;
    with it, the supplier is asked about that case, by `needed_by`. Only the hash of its token is stored."""

    __tablename__ = "supplier_link"
    __table_args__ = (Index("ix_supplier_link_supplier_id_incident_id", "supplier_id", "incident_id"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    supplier_id: Mapped[str] = mapped_column(ForeignKey("supplier.id"))
    incident_id: Mapped[str | None] = mapped_column(ForeignKey("incident.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    needed_by: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    def works(self, now: datetime) -> bool:
        return self.revoked_at is None and self.ends_at > now


class SupplierTelling(Base):
    """What a supplier told at one time. It never changes: what is added later is a row of its own, with the receipt
    code of the first. Both instants are kept: `processor_aware_at` as they say it, and `told_at`, which is ours."""

    __tablename__ = "supplier_telling"
    __table_args__ = (
        Index("ix_supplier_telling_incident_id_told_at", "incident_id", "told_at"),
        Index("ix_supplier_telling_supplier_id_told_at", "supplier_id", "told_at"),
        Index("ix_supplier_telling_receipt_hash", "receipt_hash"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    link_id: Mapped[str] = mapped_column(ForeignKey("supplier_link.id"))
    supplier_id: Mapped[str] = mapped_column(ForeignKey("supplier.id"))
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    client_uuid: Mapped[str] = mapped_column(unique=True)
    receipt_hash: Mapped[str]
    told_at: Mapped[datetime]
    processor_aware_at: Mapped[datetime | None]
    language: Mapped[str]
    answers_sealed: Mapped[str]
