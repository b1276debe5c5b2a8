"""Controls of the company's rules, every check with its proof, and the reminders that were given."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id
from risk.controls.cards import CONTROLS, ControlCard

OWN = "our_"  # how the code of a company's own control begins


class Control(Base):
    """A control the company has adopted or added. What it asks for stands on its card: that of the same code in the
    catalogue (`risk/controls`), or the company's own, kept here beside every question it ever asked.

    While it is paused, `due_before_pause` remembers when it was due.
    """

    __tablename__ = "control"
    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[str | None] = mapped_column(index=True)
    deputy_id: Mapped[str | None] = mapped_column(index=True)
    interval_days: Mapped[int]
    grace_days: Mapped[int]
    started_at: Mapped[datetime]
    next_due_at: Mapped[datetime] = mapped_column(index=True)
    own_card: Mapped[dict[str, Any]] = mapped_column(default=dict)
    paused_until: Mapped[datetime | None]
    paused_by: Mapped[str] = mapped_column(default="")
    pause_reason_sealed: Mapped[str] = mapped_column(default="")
    due_before_pause: Mapped[datetime | None]
    handed_back_by: Mapped[str] = mapped_column(default="")
    handed_back_at: Mapped[datetime | None]
    handed_back_sealed: Mapped[str] = mapped_column(default="")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two people at once: the second save hits no row

    @property
    def card(self) -> ControlCard:
        """The one place where a control's card is looked up."""
        return ControlCard.model_validate(self.own_card["card"]) if self.own_card else CONTROLS[self.code]

    @property
    def is_own(self) -> bool:
        """Whether the company added it itself."""
        return bool(self.own_card)

    @property
    def has_card(self) -> bool:
        """A card may have left the catalogue; its control is then neither shown nor asked for."""
        return self.is_own or self.code in CONTROLS

    def named(self, lang: str) -> str:
        """Its title, and the clause it comes from, if any."""
        card = self.card
        return f"{card.title.in_(lang)} ({card.clause})" if card.clause else card.title.in_(lang)

    def paused(self, now: datetime) -> bool:
        return self.paused_until is not None and now < self.paused_until

    @property
    def interval(self) -> timedelta:
        return timedelta(days=self.interval_days)

    @property
    def grace(self) -> timedelta:
        return timedelta(days=self.grace_days)

    @property
    def path(self) -> str:
        return f"/controls/{self.code}"


class ControlCheck(Base):
    """One time a control was done. `due_at` is when it should have been, so that history can say late."""

    __tablename__ = "control_check"
    __table_args__ = (Index("ix_control_check_control_code_done_at", "control_code", "done_at"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    control_code: Mapped[str] = mapped_column(ForeignKey("control.code"))
    due_at: Mapped[datetime]
    done_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    by_id: Mapped[str]
    result: Mapped[str]
    note_sealed: Mapped[str] = mapped_column(default="")
    evidence: Mapped[list[str]] = mapped_column(default=list)
    proof_expires_on: Mapped[date | None] = mapped_column(Date, index=True)
    proof_erased_at: Mapped[datetime | None]


class ControlReminder(Base):
    """A reminder that was given, once and for all: the primary key is the last guard against a second one."""

    __tablename__ = "control_reminder"
    control_code: Mapped[str] = mapped_column(ForeignKey("control.code"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    given_at: Mapped[datetime]
