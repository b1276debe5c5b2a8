"""How the people of a unit stand to rules and training: numbers of a unit, never of a person.

Below five people a number points to somebody, so nothing is said.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from identity.models import User
from identity.rules.sight import everybody_signing, in_force
from identity.rules.standing import Standing
from identity.training.keeping import today_of
from identity.training.rules import HOLDING
from identity.training.sight import courses, standings

FEWEST = 5


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """Of `people` in a unit, so many have signed the rules in force, and so many hold every course."""

    people: int
    signed: int | None
    trained: int | None


def units(session: Session) -> list[str]:
    """The units that somebody with an account belongs to."""
    query = select(User.unit).where(User.unit != "", User.disabled_at.is_(None)).distinct().order_by(User.unit)
    return list(session.scalars(query))


def unit_counts(session: Session, unit: str, now: datetime) -> UnitCounts | None:
    """Nothing for a unit of fewer than five people. `None` in a number: no rules, or no course, to count by."""
    here = (User.unit == unit, User.disabled_at.is_(None), User.joined_at.is_not(None))
    if not unit or (session.scalar(select(func.count()).select_from(User).where(*here)) or 0) < FEWEST:
        return None
    people = list(session.scalars(select(User).where(*here)))
    ids, version, known = {user.id for user in people}, in_force(session), courses(session)
    signed = trained = None
    if version is not None:
        rows = [one for one in everybody_signing(session, version, now) if one.user.id in ids]
        signed = sum(one.stand.standing is Standing.SIGNED for one in rows)
    if known:
        missing = {one.user.id for one in standings(session, people, known, today_of(session, now))
                   if one.trained not in HOLDING}  # fmt: skip
        trained = len(ids - missing)
    return UnitCounts(len(people), signed, trained)
