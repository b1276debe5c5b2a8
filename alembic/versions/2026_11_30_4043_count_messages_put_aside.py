"""Count the messages that were put aside without reading those that were sent."""

import sqlalchemy as sa
from alembic import op

revision = "4043"
down_revision = "3082"
branch_labels = None
depends_on = None

ASIDE = sa.text("state IN ('frozen', 'cancelled', 'decided')")


def upgrade() -> None:
    op.create_index("ix_outbox_message_aside", "outbox_message", ["state"], sqlite_where=ASIDE, postgresql_where=ASIDE)


def downgrade() -> None:
    op.drop_index("ix_outbox_message_aside", "outbox_message")
