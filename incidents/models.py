"""The case and what hangs on it. Narrative, contact and thread are sealed; title, causes, systems, counts, times and
states stay in clear so that they can be searched (SECURITY.md says so)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, new_id

OPEN = "state NOT IN ('closed', 'merged', 'not_an_incident') AND external_id IS NULL"
ENDED = "state IN ('closed', 'merged', 'not_an_incident') AND external_id IS NULL"
IMPORTED = "external_id IS NOT NULL"
MERGED_INTO = "merged_into_id IS NOT NULL"


def _where(condition: str) -> dict[str, Any]:
    """The words of a partial index; a query must say them alike for SQLite to use it (incidents/queue_filters.py)."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Incident(Base):
    """One suspected breach, from the first report to the closed case."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_reported_at_id", "reported_at", "id"),
        Index("ix_incident_state_reported_at_id", "state", "reported_at", "id"),
        Index("ix_incident_cause_code_reported_at_id", "cause_code", "reported_at", "id"),
        Index("ix_incident_closed_at_id", "closed_at", "id"),
        Index("ix_incident_open", "reported_at", "id", **_where(OPEN)),
        Index("ix_incident_open_owner", "owner_id", "reported_at", "id", **_where(OPEN)),
        Index("ix_incident_ended", "reported_at", "id", **_where(ENDED)),
        Index("ix_incident_history", "reported_at", "id", **_where(IMPORTED)),
        Index("ix_incident_merged_into_id", "merged_into_id", **_where(MERGED_INTO)),
        UniqueConstraint("source", "external_id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default="reported")
    containment: Mapped[str] = mapped_column(default="open")
    authority_track: Mapped[str] = mapped_column(default="none_yet")
    people_track: Mapped[str] = mapped_column(default="preparing")
    owner_id: Mapped[str | None] = mapped_column(index=True)
    source: Mapped[str] = mapped_column(default="form")
    external_id: Mapped[str | None]
    drill: Mapped[bool] = mapped_column(default=False)

    # as reported (interface.md, ux.md 2.1)
    client_uuid: Mapped[str | None] = mapped_column(unique=True)
    receipt_hash: Mapped[str | None] = mapped_column(unique=True)
    receipt_saved_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(default="sv")
    kind: Mapped[str] = mapped_column(default="other_unknown")
    still_going_on: Mapped[str] = mapped_column(default="unknown")
    people_band: Mapped[str] = mapped_column(default="unknown")
    data_kinds: Mapped[list[str]] = mapped_column(default=list)
    noticed_precision: Mapped[str] = mapped_column(default="about")
    reporter_id: Mapped[str | None] = mapped_column(index=True)
    taken_by_phone: Mapped[bool] = mapped_column(default=False)
    narrative_sealed: Mapped[str | None]
    extra_sealed: Mapped[str | None]
    contact_sealed: Mapped[str | None]

    # the four instants (law.md a)
    occurred_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    detected_at: Mapped[datetime | None]
    reported_at: Mapped[datetime]
    aware_at: Mapped[datetime | None]

    # as classified
    title: Mapped[str] = mapped_column(default="")
    search: Mapped[str] = mapped_column(default="")
    cause_class: Mapped[str] = mapped_column(default="unknown")
    cause_code: Mapped[str] = mapped_column(default="")
    cause_text: Mapped[str] = mapped_column(default="")
    cause_catalogue: Mapped[str] = mapped_column(default="")
    further_causes: Mapped[list[str]] = mapped_column(default=list)
    breach_types: Mapped[list[str]] = mapped_column(default=list)
    data_categories: Mapped[list[str]] = mapped_column(default=list)
    subject_groups: Mapped[list[str]] = mapped_column(default=list)
    systems: Mapped[str] = mapped_column(default="")
    countries: Mapped[list[str]] = mapped_column(default=list)
    people_by_country: Mapped[dict[str, Any]] = mapped_column(default=dict)
    land_authorities: Mapped[list[str]] = mapped_column(default=list)
    people_min: Mapped[int | None]
    people_max: Mapped[int | None]
    records_count: Mapped[int | None]
    classified_at: Mapped[datetime | None]
    contained_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    merged_into_id: Mapped[str | None] = mapped_column(ForeignKey("incident.id"))
    imported_sealed: Mapped[str | None]

    clocks: Mapped[list["IncidentClock"]] = relationship(back_populates="incident", order_by="IncidentClock.due_at")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - compare-and-set: a stale save hits no row

    @property
    def path(self) -> str:
        return f"/incidents/{self.reference}"

    def clock(self, duty: str) -> "IncidentClock | None":
        return next((clock for clock in self.clocks if clock.duty == duty), None)


class IncidentClock(Base):
    """A duty with a deadline, or one to be done as soon as possible (no `due_at`).

    `rule` is the snapshot of what it counts by (`incidents.clock.Rule`). `next_at` is the next moment the tick must
    look, computed when the clock is written; a new `round` begins when the ladder starts again. `late_seconds` is
    frozen when the duty is done. A clock that nobody has `confirmed` runs by caution: its regime may apply.
    """

    __tablename__ = "incident_clock"
    __table_args__ = (
        UniqueConstraint("incident_id", "regime", "duty"),
        Index("ix_incident_clock_due", "next_at", sqlite_where=text("stopped_at IS NULL AND next_at IS NOT NULL"),
              postgresql_where=text("stopped_at IS NULL AND next_at IS NOT NULL")),
        Index("ix_incident_clock_open", "due_at", sqlite_where=text("stopped_at IS NULL"),
              postgresql_where=text("stopped_at IS NULL")),
    )  # fmt: skip
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    regime: Mapped[str]
    duty: Mapped[str]
    basis: Mapped[str]
    rule: Mapped[dict[str, Any]]
    confirmed: Mapped[bool] = mapped_column(default=True)
    round: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    latest_arguable_at: Mapped[datetime | None]
    proposed_start_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[str] = mapped_column(default="")
    late_seconds: Mapped[int | None]

    incident: Mapped[Incident] = relationship(back_populates="clocks")

    @property
    def ends_at(self) -> datetime:
        """The deadline of a clock that has one.

        Raises:
            LookupError: the duty is to be done as soon as possible.
        """
        if self.due_at is None:
            raise LookupError("this duty has no deadline")
        return self.due_at


class ClockEvent(Base):
    """A moment that a clock counts from and no verb of the case sets: classified as major, ordered, a fix is there, or
    a duty of another law done (`done:<regime>.<duty>`). The latest row of an event counts; none is ever changed."""

    __tablename__ = "clock_event"
    __table_args__ = (Index("ix_clock_event_incident_id_event", "incident_id", "event"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    event: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[str]
    recorded_at: Mapped[datetime]
    note_sealed: Mapped[str] = mapped_column(default="")


class RegimeChoice(Base):
    """What a manager confirmed of one regime for one case: it applies, or not, and why. `given` holds lengths that a
    contract or an order sets: duty -> {"hours": 24} or {"ends_at": "..."}."""

    __tablename__ = "regime_choice"
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    regime: Mapped[str] = mapped_column(primary_key=True)
    applies: Mapped[bool]
    by_id: Mapped[str]
    at: Mapped[datetime]
    given: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason_sealed: Mapped[str] = mapped_column(default="")


class ClockLevel(Base):
    """A level that was raised, once and for all: the primary key is the last guard against a second one.

    `due_at` is when it fell, `raised_at` when it was noticed, `told_at` when its last alarm was written (empty: it is
    to be told), `alarms` how many alarms it has given. Of the last alarm: `sent_at` is when a relay first took a mail
    of it, `second_at` when the second channel was asked, `acknowledged_at` when somebody answered. A further alarm
    begins anew; `LevelAlarm` and the log keep what was.
    """

    __tablename__ = "clock_level"
    __table_args__ = (
        Index("ix_clock_level_to_tell", "due_at", sqlite_where=text("told_at IS NULL AND NOT overtaken"),
              postgresql_where=text("told_at IS NULL AND NOT overtaken")),
        Index("ix_clock_level_unsent", "told_at", sqlite_where=text("sent_at IS NULL AND NOT overtaken"),
              postgresql_where=text("sent_at IS NULL AND NOT overtaken")),
    )  # fmt: skip
    clock_id: Mapped[str] = mapped_column(ForeignKey("incident_clock.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    level: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    raised_at: Mapped[datetime]
    overtaken: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime | None]
    alarms: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    second_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]


class LevelAlarm(Base):
    """Who was told of a level, in which of its alarms, by which message of the outbox."""

    __tablename__ = "level_alarm"
    __table_args__ = (
        ForeignKeyConstraint(
            ["clock_id", "round", "level"], ["clock_level.clock_id", "clock_level.round", "clock_level.level"]
        ),
        Index("ix_level_alarm_message_id", "message_id"),
    )
    clock_id: Mapped[str] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[str]
    at: Mapped[datetime]


class Exclusion(Base):
    """A person involved in a case: sees no trace of it, whatever the role. `step_id` is what two others have signed;
    none while it only stands on the reporter's word."""

    __tablename__ = "exclusion"
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    by_id: Mapped[str]
    at: Mapped[datetime]
    step_id: Mapped[str | None]
    reason_sealed: Mapped[str] = mapped_column(default="")


class Countersign(Base):
    """A step that waits for a second person (later awareness, not an incident, closing, departing from the
    commission, who is involved). `payload_sealed` holds what will be done when it is signed. A step about a person
    (`about_id`) is hidden from that person."""

    __tablename__ = "countersign"
    __table_args__ = (
        Index("ix_countersign_incident_id_state", "incident_id", "state"),
        Index("ix_countersign_state_incident_id", "state", "incident_id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    about_id: Mapped[str | None]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    payload_sealed: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    answer_sealed: Mapped[str] = mapped_column(default="")


class ThreadMessage(Base):
    """The two-way thread between the reporter (known by the receipt code only) and the handlers."""

    __tablename__ = "thread_message"
    __table_args__ = (Index("ix_thread_message_incident_id_at", "incident_id", "at"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    from_reporter: Mapped[bool]
    author_id: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    text_sealed: Mapped[str]


class CaseNote(Base):
    """An event a person adds to the story; `happened_at` may lie before `recorded_at`, and both are shown."""

    __tablename__ = "case_note"
    __table_args__ = (Index("ix_case_note_incident_id_happened_at", "incident_id", "happened_at"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    author_id: Mapped[str]
    kind: Mapped[str] = mapped_column(default="note")
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    text_sealed: Mapped[str]
