"""Find mails that came back by the index of mails in trouble."""

import sqlalchemy as sa
from alembic import op

revision = "2261"
down_revision = "2254"
branch_labels = None
depends_on = None

NAME, TABLE, COLUMNS = "ix_outbox_message_in_trouble", "outbox_message", ["state", "case_id"]
BEFORE = "state IN ('uncertain', 'failed', 'dead')"
AFTER = "state IN ('uncertain', 'failed', 'dead', 'bounced')"


def upgrade() -> None:
    _replace(AFTER)


def downgrade() -> None:
    _replace(BEFORE)


def _replace(condition: str) -> None:
    op.drop_index(NAME, table_name=TABLE)
    where = sa.text(condition)
    op.create_index(NAME, TABLE, COLUMNS, sqlite_where=where, postgresql_where=where)
