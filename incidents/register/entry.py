"""One row of the register, in codes, moments and numbers. It is also the JSON that leaves: its schema is this model's.

Nothing of who reported stands in it, nor the reporter's own words: those are read in the case, where it is logged.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field


class Part(BaseModel, frozen=True, extra="forbid"):
    """A row does not change once it is read."""


class Authority(Part):
    """How far the notice has come. `late_seconds`: after the strict deadline, 0 in time, none while it is not sent."""

    track: str
    due_at: datetime | None = None
    notified_at: datetime | None = None
    late_seconds: int | None = None
    overdue: bool = Field(default=False, description="Not sent, still asked for, and past the deadline.")


class People(Part):
    """Those affected, and those of them who were told (Art. 34)."""

    least: int | None = None
    most: int | None = None
    track: str
    informed_at: datetime | None = None
    told: int = 0


class Reason(Part):
    """`why` says which question it answers: reasons, early, departure, score, separation."""

    why: str
    text: str


class Decision(Part):
    """What binds the organisation, or the finding that it is no incident; and the people who signed. Of an erased case
    only what was decided is left."""

    kind: Literal["decision", "not_an_incident"]
    notify_authority: bool | None = None
    inform_people: str = ""
    ground: str = ""
    reasons: tuple[Reason, ...] = ()
    by: str = ""
    second: str = ""
    at: datetime | None = None


class Entry(Part):
    """Art. 33(5): facts, effects, remedial action, and what followed. `erased`: the case's texts can no longer be
    opened; counts and causes stay, and the days of what happened. `withheld`: this reader still owes the commission an
    answer."""

    reference: str
    title: str
    kind: str
    imported: bool = False
    state: str
    merged_into: str = ""
    erased: bool = False
    withheld: bool = False
    occurred_at: datetime | date | None = None
    ended_at: datetime | date | None = None
    detected_at: datetime | date | None = None
    reported_at: datetime
    aware_at: datetime | None = None
    contained_at: datetime | None = None
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    cause_class: str
    cause_code: str = ""
    cause_text: str = ""
    further_causes: tuple[str, ...] = ()
    breach_types: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    systems: str = ""
    countries: tuple[str, ...] = ()
    records: int | None = None
    people: People
    severity: str = ""
    score: float | None = None
    consequences: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    authority: Authority
    decision: Decision | None = None


class Head(Part):
    """What stands on top, so that the file can be understood a year later."""

    register_of: str = "GDPR Art. 33(5)"
    company: str
    made_at: datetime
    made_by: str
    filter: str
    filter_codes: dict[str, str]


class Register(Part):
    """The whole file: the head, then the rows, the latest report first."""

    head: Head
    entries: tuple[Entry, ...]
