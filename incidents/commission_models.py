"""The commission of clause 8.1: panels, one commission a case and round, its members' assessments, the signed
decision, and the DPO's opinion."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id

STANDING = "standing"  # the panel that every company has; its chair signs for cases without a commission


class Panel(Base):
    """People who are called together, and the rules they judge by (incidents/commission.py). A commission keeps the
    rules it was called with.

    `short_people` is the largest case, in people affected, that the short procedure may take; none: it is not used.
    `alarm_hours` before the end of the legal clock a missing quorum alarms. A retired panel is no longer proposed.
    """

    __tablename__ = "panel"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    quorum: Mapped[int | None]
    majority: Mapped[str] = mapped_column(default="simple")
    tie: Mapped[str] = mapped_column(default="cautious")
    short_people: Mapped[int | None]
    short_members: Mapped[int] = mapped_column(default=2)
    alarm_hours: Mapped[int] = mapped_column(default=12)
    secretary_id: Mapped[str | None]
    retired_at: Mapped[datetime | None]


class PanelSeat(Base):
    """A seat on a panel: chair, member or substitute."""

    __tablename__ = "panel_seat"
    panel_id: Mapped[str] = mapped_column(ForeignKey("panel.id"), primary_key=True, default=STANDING)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    seat: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class Commission(Base):
    """One commission for one case; a reopened case gets a new round, earlier votes stay. `alarmed_at`: the members were
    told that the quorum is missing; `proposed_at`: the manager was offered the policy's default in its place."""

    __tablename__ = "commission"
    __table_args__ = (
        UniqueConstraint("incident_id", "round"),
        Index("ix_commission_secretary_id_incident_id", "secretary_id", "incident_id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    round: Mapped[int] = mapped_column(default=1)
    convened_by: Mapped[str]
    convened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    quorum: Mapped[int]
    panel_id: Mapped[str] = mapped_column(ForeignKey("panel.id"), default=STANDING)
    majority: Mapped[str] = mapped_column(default="simple")
    tie: Mapped[str] = mapped_column(default="cautious")
    procedure: Mapped[str] = mapped_column(default="full")
    secretary_id: Mapped[str | None]
    alarm_hours: Mapped[int] = mapped_column(default=12)
    alarmed_at: Mapped[datetime | None]
    proposed_at: Mapped[datetime | None]
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
    no_conflict_at: Mapped[datetime | None]
    recused_at: Mapped[datetime | None]
    recusal_sealed: Mapped[str] = mapped_column(default="")
    reminded_at: Mapped[datetime | None]


class Assessment(Base):
    """One member's independent view under the three headings of clause 8.1, sealed from the others until quorum.

    A reasoned correction is a new version; the one before stays, struck through (`superseded_at`). Whoever abstains
    says why and gives no figures.
    """

    __tablename__ = "assessment"
    commission_id: Mapped[str] = mapped_column(ForeignKey("commission.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    protection_level: Mapped[int | None]
    impact_level: Mapped[int | None]
    likelihood: Mapped[int | None]
    consequences: Mapped[list[str]] = mapped_column(default=list)
    people_vulnerable: Mapped[str] = mapped_column(default="unknown")
    vote: Mapped[str]
    notes_sealed: Mapped[str]
    late: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    correction_sealed: Mapped[str] = mapped_column(default="")


class Decision(Base):
    """What binds the organisation, signed with the password; departing from the commission waits for the chair.

    `round` counts the decisions of a case: one the chair refused, or one the commission did not confirm, stays.
    `statement_id` is the severity it was taken on, `differs` where the verdict leaves score or proposal ("score",
    "proposal"), `separation` the separations of duties a small team could not keep; the reasons stand in the seal.
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
    statement_id: Mapped[str | None] = mapped_column(ForeignKey("severity_statement.id"))
    differs: Mapped[list[str]] = mapped_column(default=list)
    separation: Mapped[list[str]] = mapped_column(default=list)
    reasons_sealed: Mapped[str]
    signed_by: Mapped[str]
    signed_at: Mapped[datetime]
    in_force_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]


class Opinion(Base):
    """The DPO's opinion: asked, answered, recorded; never a needed signature (GDPR Art. 38(6), 39)."""

    __tablename__ = "opinion"
    __table_args__ = (
        Index("ix_opinion_unanswered", "incident_id", sqlite_where=text("answered_at IS NULL"),
              postgresql_where=text("answered_at IS NULL")),
    )  # fmt: skip
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), index=True)
    about: Mapped[str]
    asked_at: Mapped[datetime]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    view: Mapped[str] = mapped_column(default="")
    text_sealed: Mapped[str] = mapped_column(default="")
