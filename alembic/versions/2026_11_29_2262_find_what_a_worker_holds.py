"""Find what a worker holds by an index of its own, however many mails wait."""

import sqlalchemy as sa
from alembic import op

revision = "2262"
down_revision = "2261"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_outbox_message_held", "outbox_message"
WHERE = sa.text("state IN ('claimed', 'in_data')")


def upgrade() -> None:
    op.create_index(NAME, TABLE, ["lease_until"], sqlite_where=WHERE, postgresql_where=WHERE)


def downgrade() -> None:
    op.drop_index(NAME, table_name=TABLE)
