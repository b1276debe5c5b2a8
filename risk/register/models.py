"""Risks, every change of them, what they lean on, and what raises them at the moment.

`risk_case` keeps the ids of cases as the floor above hands them; who may not see a case sees no link to it.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id
from risk.register.matrix import Standing
from risk.register.rules import State


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Risk(Base):
    """`likelihood` is what a person set, `current_likelihood` what it is today with a failing control. A draft is not
    assessed: its levels are nought. `sprung_from` is the cause whose third like case opened it: one at a time."""

    __tablename__ = "risk"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'dropped') OR (likelihood > 0 AND impact > 0)", name="assessed"),
        Index("ix_risk_state_score_id", "state", "score", "id"),
        Index("ix_risk_cause_code_state", "cause_code", "state"),
        Index("ix_risk_owner_id", "owner_id"),
        Index("ix_risk_review_on", "review_on", **_where("state IN ('open', 'accepted')")),
        Index("ix_risk_accept_until", "accept_until", **_where("state = 'accepted'")),
        Index("uq_risk_sprung_from", "sprung_from", unique=True,
              **_where("state IN ('draft', 'open', 'accepted') AND sprung_from <> ''")),
        {"sqlite_autoincrement": True},
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default="open")
    title: Mapped[str]
    asset: Mapped[str] = mapped_column(default="")
    cause_class: Mapped[str] = mapped_column(default="unknown")
    cause_code: Mapped[str] = mapped_column(default="")
    sprung_from: Mapped[str] = mapped_column(default="")
    inherent_likelihood: Mapped[int] = mapped_column(default=0)
    inherent_impact: Mapped[int] = mapped_column(default=0)
    likelihood: Mapped[int] = mapped_column(default=0)
    current_likelihood: Mapped[int] = mapped_column(default=0)
    impact: Mapped[int] = mapped_column(default=0)
    score: Mapped[int] = mapped_column(default=0)
    target_likelihood: Mapped[int] = mapped_column(default=0)
    target_impact: Mapped[int] = mapped_column(default=0)
    treatment: Mapped[str] = mapped_column(default="none_yet")
    owner_id: Mapped[str | None]
    review_on: Mapped[date | None]
    review_told_on: Mapped[date | None]
    accept_until: Mapped[date | None]
    accept_asked_by: Mapped[str | None]
    accept_asked_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None]
    accepted_at: Mapped[datetime | None]
    accepted_score: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    rationale_sealed: Mapped[str] = mapped_column(default="")
    measures_sealed: Mapped[str] = mapped_column(default="")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - compare-and-set: a stale save hits no row

    @property
    def name(self) -> str:
        """What people and mails call it: it says nothing of what it is about."""
        return f"R{self.id}"

    @property
    def path(self) -> str:
        return f"/risks/{self.id}"

    @property
    def current(self) -> Standing:
        return Standing(self.current_likelihood, self.impact)

    @property
    def inherent(self) -> Standing:
        return Standing(self.inherent_likelihood, self.inherent_impact)

    @property
    def target(self) -> Standing:
        return Standing(self.target_likelihood, self.target_impact)

    @property
    def waits_for_signature(self) -> bool:
        """Somebody proposed to accept it, and nobody has signed."""
        return self.state == State.OPEN and self.accept_asked_by is not None

    def stand_at(self, current_likelihood: int) -> None:
        """What is likely today, and the place in the list with it."""
        self.current_likelihood = current_likelihood
        self.score = current_likelihood * self.impact


class RiskChange(Base):
    """One thing that happened to a risk, with its level before and after; nobody changes it later."""

    __tablename__ = "risk_change"
    __table_args__ = (Index("ix_risk_change_risk_id_id", "risk_id", "id"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(primary_key=True)
    risk_id: Mapped[int] = mapped_column(ForeignKey("risk.id"))
    at: Mapped[datetime]
    by_id: Mapped[str]
    kind: Mapped[str]
    control_code: Mapped[str] = mapped_column(default="")
    control_stands: Mapped[str] = mapped_column(default="")
    before_likelihood: Mapped[int] = mapped_column(default=0)
    before_impact: Mapped[int] = mapped_column(default=0)
    after_likelihood: Mapped[int] = mapped_column(default=0)
    after_impact: Mapped[int] = mapped_column(default=0)
    fields: Mapped[list[str]] = mapped_column(default=list)
    reason_sealed: Mapped[str] = mapped_column(default="")

    @property
    def before(self) -> Standing:
        return Standing(self.before_likelihood, self.before_impact)

    @property
    def after(self) -> Standing:
        return Standing(self.after_likelihood, self.after_impact)


class RiskControl(Base):
    """A risk leans on a control."""

    __tablename__ = "risk_control"
    __table_args__ = (Index("ix_risk_control_control_code", "control_code"),)
    risk_id: Mapped[int] = mapped_column(ForeignKey("risk.id"), primary_key=True)
    control_code: Mapped[str] = mapped_column(ForeignKey("control.code"), primary_key=True)
    linked_by: Mapped[str]
    linked_at: Mapped[datetime]


class RiskCase(Base):
    """A case that the risk showed itself in."""

    __tablename__ = "risk_case"
    __table_args__ = (Index("ix_risk_case_case_id", "case_id"),)
    risk_id: Mapped[int] = mapped_column(ForeignKey("risk.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(primary_key=True)
    linked_by: Mapped[str]
    linked_at: Mapped[datetime]


class ControlCase(Base):
    """A control that a case taught something about."""

    __tablename__ = "control_case"
    __table_args__ = (Index("ix_control_case_case_id", "case_id"),)
    control_code: Mapped[str] = mapped_column(ForeignKey("control.code"), primary_key=True)
    case_id: Mapped[str] = mapped_column(primary_key=True)
    linked_by: Mapped[str]
    linked_at: Mapped[datetime]


class RiskRaise(Base):
    """A linked control fails: the reason why a risk stands a step higher, until it is lifted. One at a time for each
    control, whoever comes first."""

    __tablename__ = "risk_raise"
    __table_args__ = (
        Index("uq_risk_raise_open", "risk_id", "control_code", unique=True, **_where("lifted_at IS NULL")),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    risk_id: Mapped[int] = mapped_column(ForeignKey("risk.id"))
    control_code: Mapped[str]
    control_stands: Mapped[str]
    since: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class RiskCause(Base):
    """A row to hold on to while like cases of one cause are counted: of two cases classified at once, the second counts
    after the first is there."""

    __tablename__ = "risk_cause"
    code: Mapped[str] = mapped_column(primary_key=True)
