"""Small facts the service remembers across restarts, each in one row."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from notifications.models import ServiceState


def recall(session: Session, name: str) -> ServiceState | None:
    return session.get(ServiceState, name, populate_existing=True)


def recall_all(session: Session, names: Iterable[str]) -> dict[str, ServiceState]:
    """Several at once, for a page that needs them all."""
    rows = session.scalars(select(ServiceState).where(ServiceState.name.in_(names)))
    return {row.name: row for row in rows}


def remember(session: Session, name: str, value: dict[str, Any], now: datetime) -> None:
    """Write the row, whether or not another process has just made it."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(ServiceState).values(name=name, value=value, at=now)
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value, "at": now}))
