"""People with an account, 25 at a time: those in use by name, then those that are closed."""

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from core.bounded import bounded
from identity.models import User

PAGE = 25


def page_of(session: Session, after: str) -> tuple[list[User], str]:
    """So many of them, and whose id the next begin after: names stand in no address. An unknown id is the beginning."""
    query = select(User).order_by(User.disabled_at.is_not(None), User.name, User.id).limit(PAGE + 1)
    last = session.get(User, after) if after else None
    found = list(session.scalars(query if last is None else query.where(_beyond(last))))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else ""


def number(session: Session) -> int:
    """How many there are, up to a bound."""
    return session.scalar(select(bounded(select(User.id)))) or 0


def _beyond(last: User) -> ColumnElement[bool]:
    later = or_(User.name > last.name, and_(User.name == last.name, User.id > last.id))
    closed = User.disabled_at.is_not(None)
    return and_(closed, later) if last.disabled_at else or_(closed, and_(~closed, later))
