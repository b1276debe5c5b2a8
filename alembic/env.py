"""Alembic's entry: reads the models from app.models; batch mode, because SQLite cannot alter most things."""

from alembic import context
from sqlalchemy import Connection, create_engine

from app.models import METADATA
from core.settings import load_settings


def run(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=METADATA, render_as_batch=True, user_module_prefix="core.db."
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    address = load_settings().database.replace("postgresql://", "postgresql+psycopg://", 1)
    with create_engine(address).begin() as own:
        run(own)
