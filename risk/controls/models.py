"""What belongs to the checks of a control: the answers to its questions, and what was found not in order."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id
from risk.controls.failure_states import FailureState

OPEN = text("state <> 'confirmed'")


class ControlAnswer(Base):
    """What somebody answered to one question of the card, sealed."""

    __tablename__ = "control_answer"
    check_id: Mapped[str] = mapped_column(ForeignKey("control_check.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    text_sealed: Mapped[str]


class ControlFailure(Base):
    """A control found not in order, until it is mended and another person has confirmed that. One is open at a time:
    the index is the last guard."""

    __tablename__ = "control_failure"
    __table_args__ = (
        Index("ix_control_failure_control_code", "control_code"),
        Index("uq_control_failure_open", "control_code", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    control_code: Mapped[str] = mapped_column(ForeignKey("control.code"))
    check_id: Mapped[str] = mapped_column(ForeignKey("control_check.id"))
    state: Mapped[str] = mapped_column(default=FailureState.FAILED.value)
    failed_at: Mapped[datetime]
    mended_by: Mapped[str] = mapped_column(default="")
    mended_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    given_back_by: Mapped[str] = mapped_column(default="")
    given_back_sealed: Mapped[str] = mapped_column(default="")
