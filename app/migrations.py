"""Bring a database up to date with Alembic, from a checkout or from an installed wheel."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine

HERE = Path(__file__).parent
SCRIPTS = next(path for path in (HERE / "_alembic", HERE.parent / "alembic") if path.is_dir())


def upgrade(url: str, revision: str = "head") -> None:
    """Run every migration the database does not have yet."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        with engine.begin() as connection:
            command.upgrade(_config(connection), revision)
    finally:
        engine.dispose()


def newest() -> str:
    """The revision this version of the service needs."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return ScriptDirectory.from_config(config).get_current_head() or ""


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


def is_known(revision: str) -> bool:
    """Whether this version can bring a database of that revision up to date."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    try:
        return ScriptDirectory.from_config(config).get_revision(revision) is not None
    except CommandError:
        return False
