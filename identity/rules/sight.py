"""What is in force, what people answered, and how everybody stands: a fixed number of queries, however many people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from core.errors import NotFound
from identity.models import User
from identity.rules.models import RulesAnswer, RulesVersion
from identity.rules.standing import Answer, Stand, stand


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has to sign, with their latest answer."""

    user: User
    answer: RulesAnswer | None
    stand: Stand


def in_force(session: Session) -> RulesVersion | None:
    return session.scalar(select(RulesVersion).order_by(RulesVersion.number.desc()).limit(1))


def find_version(session: Session, number: int) -> RulesVersion:
    """A version by number.

    Raises:
        NotFound: there is none.
    """
    found = session.get(RulesVersion, number) if 0 < number < 2**31 else None
    if found is None:
        raise NotFound()
    return found


def versions(session: Session) -> list[RulesVersion]:
    """Every version without its text, the latest first."""
    told = load_only(RulesVersion.number, RulesVersion.summary_sv, RulesVersion.summary_en, RulesVersion.published_at)
    return list(session.scalars(select(RulesVersion).options(told).order_by(RulesVersion.number.desc())))


def latest_answers(session: Session, people: Iterable[str] | None = None) -> dict[str, RulesAnswer]:
    """The latest answer of each person, in one query."""
    place = func.row_number().over(
        partition_by=RulesAnswer.user_id, order_by=(RulesAnswer.at.desc(), RulesAnswer.version.desc(), RulesAnswer.id)
    )
    ranked = select(RulesAnswer.id, place.label("place"))
    if people is not None:
        ranked = ranked.where(RulesAnswer.user_id.in_(list(people)))
    first = ranked.subquery()
    rows = session.scalars(select(RulesAnswer).join(first, RulesAnswer.id == first.c.id).where(first.c.place == 1))
    return {row.user_id: row for row in rows}


def stand_of(session: Session, user: User, version: RulesVersion, now: datetime) -> Person:
    return _person(user, version, latest_answers(session, [user.id]).get(user.id), now)


def everybody_signing(session: Session, version: RulesVersion, now: datetime) -> list[Person]:
    """Who can sign in has to sign; by name."""
    query = select(User).where(User.disabled_at.is_(None), User.joined_at.is_not(None))
    answers = latest_answers(session)
    found = session.scalars(query.order_by(User.name, User.id))
    return [_person(user, version, answers.get(user.id), now) for user in found]


def _person(user: User, version: RulesVersion, row: RulesAnswer | None, now: datetime) -> Person:
    answer = Answer(row.version, row.at, row.refused) if row else None
    return Person(
        user, row, stand(version.number, version.published_at, user.joined_at or user.created_at, answer, now)
    )
