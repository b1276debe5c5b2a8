"""Note which of the second channels already has an alarm."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0801"
down_revision = "0800"
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("channel_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("taken", Json, nullable=False, server_default="[]"))
    with op.batch_alter_table("channel_message", schema=None) as batch_op:
        batch_op.alter_column("taken", existing_type=Json, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("channel_message", schema=None) as batch_op:
        batch_op.drop_column("taken")
