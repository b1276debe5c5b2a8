"""Keep the words that a list of people has for their data."""

import sqlalchemy as sa
from alembic import op

revision = "2251"
down_revision = "2242"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mailing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("list_words_sealed", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("mailing", schema=None) as batch_op:
        batch_op.drop_column("list_words_sealed")
