"""Keep the words of a test, to show what has changed since."""

import sqlalchemy as sa
from alembic import op

revision = "2254"
down_revision = "2253"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mailing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tested_sealed", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("compared_sealed", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("mailing", schema=None) as batch_op:
        batch_op.drop_column("compared_sealed")
        batch_op.drop_column("tested_sealed")
