"""Migrations from empty equal the models, on both databases, and can be taken back."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from app.migrations import _config, upgrade
from app.models import METADATA


def kept_by_us(name: str | None, kind: str, _parents: object) -> bool:
    """SQLite's index of words is a virtual table with tables of its own, which no model describes."""
    return not (kind == "table" and (name or "").startswith("incident_words"))


def engine_of(url: str):  # type: ignore[no-untyped-def]
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index:UserWarning")
def test_migrations_from_empty_equal_the_models(database_url: str) -> None:
    engine = engine_of(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": kept_by_us})
        differences = compare_metadata(context, METADATA)
    engine.dispose()
    assert differences == []


def test_every_migration_can_be_taken_back_and_made_again(bare_database_url: str) -> None:
    upgrade(bare_database_url)
    engine = engine_of(bare_database_url)
    with engine.begin() as connection:
        command.downgrade(_config(connection), "base")
    with engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    upgrade(bare_database_url)
    with engine.connect() as connection:
        assert inspect(connection).has_table("incident")
    engine.dispose()


def test_postgresql_keeps_no_samples_of_what_is_sealed(database_url: str) -> None:
    """A key or a text in the statistics would outlive its erasure."""
    sealed = {
        (table.name, column.name)
        for table in METADATA.tables.values()
        for column in table.columns
        if column.name == "wrapped" or column.name.endswith("sealed")
    }
    assert len(sealed) > 70
    if not database_url.startswith("postgresql"):
        return
    engine = engine_of(database_url)
    with engine.connect() as connection:
        without = text(
            "SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE attstattarget = 0"
        )
        assert sealed <= {tuple(row) for row in connection.execute(without)}
    engine.dispose()
