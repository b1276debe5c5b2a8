"""A supplier, its links, and each time it told us something. Names, addresses and answers are sealed; times, states and
ids stand in clear."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class Supplier(Base):
    """A company that processes personal data for us (GDPR Art. 4(8)), and the agreement with it (Art. 28(3), rule 7.1):
    from when, until when, and within how many hours it must tell us of a breach. Its files are kept as others are."""

    __tablename__ = "supplier"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name_sealed: Mapped[str]
    email_sealed: Mapped[str]
    note_sealed: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="sv")
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    country: Mapped[str] = mapped_column(default="")
    agreement_on: Mapped[date | None]
    agreement_ends_on: Mapped[date | None]
    breach_hours: Mapped[int | None]
    contact_sealed: Mapped[str] = mapped_column(default="")
    sub_processors_sealed: Mapped[str] = mapped_column(default="")
    archived_at: Mapped[datetime | None]

    @property
    def path(self) -> str:
        return f"/suppliers/{self.id}"


class AgreementReminder(Base):
    """A reminder about one agreement, once and for all: `kind` is ending or ended, and another end is another row."""

    __tablename__ = "agreement_reminder"
    supplier_id: Mapped[str] = mapped_column(ForeignKey("supplier.id"), primary_key=True)
    ends_on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    given_at: Mapped[datetime]


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
