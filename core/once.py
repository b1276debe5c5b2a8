"""A row that may be there once only, whoever comes first: two schedulers, two clicks, one row."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.db import Base


def insert_once(session: Session, model: type[Base], **values: object) -> bool:
    """Insert a row unless its primary key is taken; says whether this was the call that made it."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(model).values(**values).on_conflict_do_nothing().returning(*model.__table__.primary_key)
    return session.execute(row).first() is not None
