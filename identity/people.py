"""The address book: who holds a role, and what to call them. Names are looked up for pages and mails, never logged."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Role
from identity.models import User, UserRole


def holders(session: Session, *roles: Role, without: Iterable[str] = ()) -> list[User]:
    """Everybody who holds one of the roles and can sign in, by name; `without` are ids to leave out."""
    query = (
        select(User)
        .where(User.disabled_at.is_(None), User.id.in_(select(UserRole.user_id).where(UserRole.role.in_(roles))))
        .order_by(User.name, User.id)
    )
    left_out = set(without)
    return [user for user in session.scalars(query) if user.id not in left_out]


def names(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    """Id -> name for the people among `ids`; "system" and "anonymous" are nobody's id."""
    wanted = {identity for identity in ids if identity}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def person(session: Session, user_id: str | None) -> User | None:
    return session.get(User, user_id) if user_id else None
