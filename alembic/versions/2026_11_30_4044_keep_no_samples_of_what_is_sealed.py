"""Keep no samples of what is sealed. PostgreSQL copies values of each column into its statistics, and there a key or a
text would outlive its erasure; for a planner they say nothing, since nobody ever asks for one."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "4044"
down_revision = "4043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column, kind in _sealed():
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}")  # the same: forgets the samples taken


def downgrade() -> None:
    for table, column, _ in _sealed():
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS -1")


def _sealed() -> Iterator[tuple[str, str, str]]:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    look = sa.inspect(bind)
    for table in look.get_table_names():
        for column in look.get_columns(table):
            if column["name"] == "wrapped" or column["name"].endswith("sealed"):
                yield table, column["name"], column["type"].compile(bind.dialect)
