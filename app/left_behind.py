"""What somebody who was killed has left behind on this machine, and on PostgreSQL beside our database."""

from core.backup.databases import kind_of, sweep_postgresql
from core.settings import Settings
from core.workrooms import sweep_rooms


def sweep_left(settings: Settings) -> int:
    """Remove what is nobody's any more; returns how many rooms and databases there were."""
    rooms = sweep_rooms(settings)
    return rooms + (sweep_postgresql(settings.database) if kind_of(settings.database) == "postgresql" else 0)
