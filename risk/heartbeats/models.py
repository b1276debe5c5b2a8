"""Heartbeats of controls: what is expected of a machine, its last words, and the alarms that were raised."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id
from risk.heartbeats.rules import Schedule, State

DUE = "next_at IS NOT NULL"
KEPT = 60  # how many signs of life are kept of each
OWN = "vaka-backup"  # the id of our own: `vaka backup` reports itself


class Heartbeat(Base):
    """One machine or job that reports to a control. The token is stored as a keyed hash only.

    `next_at` is when silence would change the state; the worker's index is on it. `beats` counts what was heard, and
    says which of the kept places the next one takes.
    """

    __tablename__ = "heartbeat"
    __table_args__ = (
        CheckConstraint("(interval_seconds IS NULL) = (cron <> '')", name="one_schedule"),
        CheckConstraint("state IN ('waiting', 'ok', 'late', 'failed', 'missed', 'off')", name="state"),
        Index("ix_heartbeat_due", "next_at", sqlite_where=text(DUE), postgresql_where=text(DUE)),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    control_code: Mapped[str] = mapped_column(ForeignKey("control.code"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    name_sealed: Mapped[str]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    token_made_at: Mapped[datetime | None]
    interval_seconds: Mapped[int | None]
    cron: Mapped[str] = mapped_column(default="")
    zone: Mapped[str]
    grace_seconds: Mapped[int]
    answers: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default=State.WAITING)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    started_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    expected_at: Mapped[datetime]
    listening_since: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    beats: Mapped[int] = mapped_column(default=0)

    @property
    def schedule(self) -> Schedule:
        interval = timedelta(seconds=self.interval_seconds) if self.interval_seconds else None
        return Schedule(self.grace, interval, self.cron, self.zone)

    @property
    def grace(self) -> timedelta:
        return timedelta(seconds=self.grace_seconds)

    @property
    def path(self) -> str:
        return f"/controls/{self.control_code}/heartbeats/{self.id}"

    @property
    def ours(self) -> bool:
        """Whether it is the service itself that reports: it needs no token."""
        return self.id == OWN

    def facts(self, **more: Any) -> dict[str, Any]:
        """What the log says of it: ids and times, never its name."""
        return {"heartbeat": self.id, **more}


class HeartbeatBeat(Base):
    """One sign of life. Each heartbeat keeps the last `KEPT`: the next one takes the place of the oldest."""

    __tablename__ = "heartbeat_beat"
    heartbeat_id: Mapped[str] = mapped_column(ForeignKey("heartbeat.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    at: Mapped[datetime]
    expected_at: Mapped[datetime]
    kind: Mapped[str]
    late: Mapped[bool] = mapped_column(default=False)
    milliseconds: Mapped[int | None]
    exit_status: Mapped[int | None]
    message_sealed: Mapped[str] = mapped_column(default="")
    key_hash: Mapped[str] = mapped_column(default="")


class HeartbeatAlarm(Base):
    """A change that was told, once and for all: the primary key is the last guard against a second alarm."""

    __tablename__ = "heartbeat_alarm"
    heartbeat_id: Mapped[str] = mapped_column(ForeignKey("heartbeat.id"), primary_key=True)
    about: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    raised_at: Mapped[datetime]
