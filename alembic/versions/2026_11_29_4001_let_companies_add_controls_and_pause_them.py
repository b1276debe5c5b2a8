"""Let companies add controls of their own, and pause them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import core.db

revision = "4001"
down_revision = "3021"
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("control") as table:
        table.add_column(sa.Column("own_card", Json, nullable=False, server_default="{}"))
        table.add_column(sa.Column("paused_until", core.db.UtcDateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("paused_by", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("pause_reason_sealed", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("due_before_pause", core.db.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("control") as table:
        for column in ("due_before_pause", "pause_reason_sealed", "paused_by", "paused_until", "own_card"):
            table.drop_column(column)
