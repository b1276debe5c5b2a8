"""What every command opens first: the settings and the database, with the right key."""

from core.db import Database
from core.key_file import load_keyring
from core.keys import require_right_key
from core.settings import Settings, WrongSettings, load_settings


def open_database(settings: Settings | None = None) -> Database:
    """The database of the settings.

    Raises:
        WrongSettings: the schema is missing, or the key file is not this database's.
    """
    from sqlalchemy import inspect

    settings = settings or load_settings()
    database = Database(settings.database, load_keyring(settings.data_key))
    if not inspect(database.writer).has_table("audit_head"):
        raise WrongSettings("The database is empty: run `vaka migrate` first.")
    with database.transaction() as session:
        require_right_key(session)
    return database
