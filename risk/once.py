"""A row that may be there once only: the floors below need it too, so it lies in `core`."""

from core.once import insert_once as insert_once  # noqa: PLC0414 - the door of this floor
