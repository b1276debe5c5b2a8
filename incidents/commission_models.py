"""The commission of clause 8.1: the standing panel, one commission a case and round, its members' assessments, the
signed decision, and the DPO's opinion."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class PanelSeat(Base):
    """A seat on the standing panel: chair, member or substitute."""

    __tablename__ = "panel_seat"
    user_id: Mapped[str] = mapped_column(primary_key=True)
    seat: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class Commission(Base):
    """One commission for one case; a reopened case gets a new round, earlier votes stay."""

    __tablename__ = "commission"
    __table_args__ = (UniqueConstraint("incident_id", "round"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    round: Mapped[int] = mapped_column(default=1)
    convened_by: Mapped[str]
    convened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    quorum: Mapped[int]
    state: Mapped[str] = mapped_column(default="open")
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")


class CommissionSeat(Base):
    """A person in one commission. A recused member counts out and a substitute steps in."""

    __tablename__ = "commission_seat"
    commission_id: Mapped[str] = mapped_column(ForeignKey("commission.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    seat: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    recused_at: Mapped[datetime | None]
    recusal_sealed: Mapped[str] = mapped_column(default="")
    reminded_at: Mapped[datetime | None]


class Assessment(Base):
    """One member's independent view under the three headings of clause 8.1, sealed from the others until quorum."""

    __tablename__ = "assessment"
    commission_id: Mapped[str] = mapped_column(ForeignKey("commission.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    protection_level: Mapped[int]
    impact_level: Mapped[int]
    likelihood: Mapped[int]
    consequences: Mapped[list[str]] = mapped_column(default=list)
    people_vulnerable: Mapped[str] = mapped_column(default="unknown")
    vote: Mapped[str]
    notes_sealed: Mapped[str]
    late: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime]


class Decision(Base):
    """What binds the organisation, signed with the password; departing from the commission waits for the chair.

    `round` counts the decisions of a case: one the chair refused, or one the commission did not confirm, stays.
    """

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("incident_id", "round"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    commission_id: Mapped[str] = mapped_column(ForeignKey("commission.id"))
    round: Mapped[int] = mapped_column(default=1)
    notify_authority: Mapped[bool]
    inform_people: Mapped[str]
    ground: Mapped[str] = mapped_column(default="")
    follows_commission: Mapped[bool]
    in_advance: Mapped[bool] = mapped_column(default=False)
    reasons_sealed: Mapped[str]
    signed_by: Mapped[str]
    signed_at: Mapped[datetime]
    in_force_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]


class Opinion(Base):
    """The DPO's opinion: asked, answered, recorded; never a needed signature (GDPR Art. 38(6), 39)."""

    __tablename__ = "opinion"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), index=True)
    about: Mapped[str]
    asked_at: Mapped[datetime]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    view: Mapped[str] = mapped_column(default="")
    text_sealed: Mapped[str] = mapped_column(default="")
