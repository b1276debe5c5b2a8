"""Note which letters are printed for the post."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "2252"
down_revision = "2251"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("recipient", schema=None) as batch_op:
        batch_op.add_column(sa.Column("printed_at", core.db.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("recipient", schema=None) as batch_op:
        batch_op.drop_column("printed_at")
