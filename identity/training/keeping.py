"""Courses and records are entered, one by one or from a list; each is one transaction that the caller commits."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.db import new_id
from core.errors import N_, Invalid
from core.files import store
from core.keys import INSTANCE
from core.organisation import organisation
from identity.forms import Line
from identity.models import User
from identity.training.listing import FIELD, NOBODY, Fault, Listed, read_list
from identity.training.models import Course, TrainingRecord
from identity.training.rules import possible_day, runs_out

CERTIFICATE = "certificate"
SHOWN_FAULTS = 10
CHOOSE = N_("Choose one of the people in the list.")
NOT_AHEAD = N_("Give the day when it was taken; it may not lie ahead.")


class CourseForm(BaseModel):
    title: Line
    valid_days: Annotated[int, Field(ge=0, le=3660)] = 365


class RecordForm(BaseModel):
    person: str
    taken_on: date
    score: Annotated[int, Field(ge=0, le=100)] | None = None


def add_course(session: Session, actor: Actor, form: CourseForm, now: datetime) -> Course:
    """A course that everybody is to take from now on."""
    course = Course(id=new_id(), title=form.title, valid_days=form.valid_days, made_by=actor.id, made_at=now)
    session.add(course)
    session.flush()
    record(session, actor, "training:course_added", course.id, now, facts={"days": form.valid_days},
           changes={"name": (None, form.title)})  # fmt: skip
    return course


def retire_course(session: Session, actor: Actor, course: Course, now: datetime) -> None:
    """Nobody is asked to take it any more. What was entered stays, and it can be brought back."""
    if course.retired_at is None:
        course.retired_at = now
        record(session, actor, "training:course_retired", course.id, now)


def bring_back(session: Session, actor: Actor, course: Course, now: datetime) -> None:
    """Everybody is to take it again."""
    if course.retired_at is not None:
        course.retired_at = None
        record(session, actor, "training:course_restored", course.id, now)


def enter(
    session: Session, actor: Actor, course: Course, form: RecordForm, now: datetime,
    certificate: tuple[str, bytes] | None = None,
) -> TrainingRecord:  # fmt: skip
    """Somebody took the course.

    Raises:
        Invalid: nobody chosen, a day ahead, or a certificate that is no document.
    """
    user = session.get(User, form.person)
    if user is None:
        raise Invalid({"person": CHOOSE})
    if not possible_day(form.taken_on, today_of(session, now)):
        raise Invalid({"taken_on": NOT_AHEAD})
    file = store(session, INSTANCE, CERTIFICATE, *certificate, actor.id, now).id if certificate else None
    row = _row(session, actor, course, user.id, form.taken_on, form.score, now, file)
    session.flush()
    record(session, actor, "training:entered", user.id, now,
           facts={"course": course.id, "on": form.taken_on.isoformat(), "files": int(file is not None)})  # fmt: skip
    return row


def enter_list(session: Session, actor: Actor, course: Course, content: bytes, now: datetime) -> int:
    """Everybody on a list took the course; all of it is entered, or nothing is. The same row again adds nothing.

    Raises:
        Invalid: it is no such list, or rows that cannot be used, by their numbers.
    """
    found, faults = read_list(content, today_of(session, now))
    known = {email: key for key, email in session.execute(select(User.id, User.email))}
    faults += [Fault(one.row, NOBODY) for one in found if one.email not in known]
    if faults:
        raise ListFaults(sorted(faults, key=lambda fault: fault.row))
    fresh = _not_entered_yet(session, course, found, known)
    for one in fresh:
        _row(session, actor, course, known[one.email], one.taken_on, one.score, now)
    session.flush()
    record(session, actor, "training:list_entered", course.id, now, facts={"rows": len(found), "added": len(fresh)})
    return len(fresh)


class ListFaults(Invalid):
    """Rows of a list that cannot be used."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__({FIELD: faults[0].sentence})
        self.faults = faults


def today_of(session: Session, now: datetime) -> date:
    return now.astimezone(ZoneInfo(organisation(session).zone)).date()


def _not_entered_yet(session: Session, course: Course, found: list[Listed], known: Mapping[str, str]) -> list[Listed]:
    query = select(TrainingRecord.user_id, TrainingRecord.taken_on).where(TrainingRecord.course_id == course.id)
    there = {(row.user_id, row.taken_on) for row in session.execute(query)}
    fresh: dict[tuple[str, date], Listed] = {}
    for one in found:
        key = (known[one.email], one.taken_on)
        if key not in there:
            fresh.setdefault(key, one)
    return list(fresh.values())


def _row(
    session: Session, actor: Actor, course: Course, user_id: str, taken_on: date, score: int | None, now: datetime,
    file_id: str | None = None,
) -> TrainingRecord:  # fmt: skip
    row = TrainingRecord(
        id=new_id(), course_id=course.id, user_id=user_id, taken_on=taken_on, score=score, file_id=file_id,
        expires_on=runs_out(taken_on, course.valid_days), entered_by=actor.id, entered_at=now,
    )  # fmt: skip
    session.add(row)
    return row
