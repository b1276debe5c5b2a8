"""Small facts the service remembers across restarts, each in one row."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from notifications.models import ServiceState


def recall(session: Session, name: str) -> ServiceState | None:
    return session.get(ServiceState, name, populate_existing=True)


def remember(session: Session, name: str, value: dict[str, Any], now: datetime) -> None:
    """Write the row, whether or not another process has just made it."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(ServiceState).values(name=name, value=value, at=now)
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value, "at": now}))
