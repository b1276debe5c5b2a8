"""Keep the files of what was sent to an authority."""

import sqlalchemy as sa
from alembic import op

revision = "0903"
down_revision = "0902"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("json_file_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("pdf_file_id", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.drop_column("pdf_file_id")
        batch_op.drop_column("json_file_id")
