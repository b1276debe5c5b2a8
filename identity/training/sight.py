"""Who has taken what: the latest record of each person and course, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import NotFound
from core.files import StoredFile
from identity.models import User
from identity.training.models import Course, TrainingRecord
from identity.training.rules import Trained, trained


@dataclass(frozen=True, slots=True)
class Standing:
    """One person and one course."""

    user: User
    course: Course
    record: TrainingRecord | None
    trained: Trained


def courses(session: Session) -> list[Course]:
    """Every course in use, by title."""
    found = session.scalars(select(Course).where(Course.retired_at.is_(None)).order_by(Course.title, Course.id))
    return list(found)


def retired_courses(session: Session) -> list[Course]:
    """Every course that is no longer given, by title."""
    found = session.scalars(select(Course).where(Course.retired_at.is_not(None)).order_by(Course.title, Course.id))
    return list(found)


def find_course(session: Session, course_id: str) -> Course:
    """A course by id, also one that is no longer given.

    Raises:
        NotFound: there is none.
    """
    found = session.get(Course, course_id)
    if found is None:
        raise NotFound()
    return found


def find_course_in_use(session: Session, course_id: str) -> Course:
    """A course that somebody can take.

    Raises:
        NotFound: there is none, or it is retired.
    """
    found = find_course(session, course_id)
    if found.retired_at is not None:
        raise NotFound()
    return found


def latest_records(session: Session, user_id: str = "") -> dict[tuple[str, str], TrainingRecord]:
    """(course, person) -> the record that counts: the latest day, of several the last entered."""
    place = func.row_number().over(
        partition_by=(TrainingRecord.course_id, TrainingRecord.user_id),
        order_by=(TrainingRecord.taken_on.desc(), TrainingRecord.entered_at.desc(), TrainingRecord.id),
    )
    ranked = select(TrainingRecord.id, place.label("place"))
    if user_id:
        ranked = ranked.where(TrainingRecord.user_id == user_id)
    first = ranked.subquery()
    query = select(TrainingRecord).join(first, TrainingRecord.id == first.c.id).where(first.c.place == 1)
    return {(row.course_id, row.user_id): row for row in session.scalars(query)}


def staff(session: Session) -> list[User]:
    """Everybody who can sign in, by name."""
    query = select(User).where(User.disabled_at.is_(None), User.joined_at.is_not(None))
    return list(session.scalars(query.order_by(User.name, User.id)))


def standings(
    session: Session, people: Iterable[User], known: Iterable[Course], today: date, user_id: str = ""
) -> list[Standing]:
    """Every person with every course, in the order of both."""
    records, asked = latest_records(session, user_id), list(known)
    found = []
    for user in people:
        for course in asked:
            row = records.get((course.id, user.id))
            state = trained(row is not None, row.expires_on if row else None, today)
            found.append(Standing(user, course, row, state))
    return found


def find_certificate(session: Session, actor: Actor, file_id: str) -> tuple[StoredFile, TrainingRecord]:
    """The certificate of a record: for those who watch, and for the person whose it is.

    Raises:
        NotFound: there is none, or it is somebody else's; the two look alike.
    """
    row = session.scalar(select(TrainingRecord).where(TrainingRecord.file_id == file_id))
    file = session.get(StoredFile, file_id)
    if row is None or file is None or not (actor.may(Operation.READ_TRAINED) or row.user_id == actor.id):
        raise NotFound()
    return file, row
