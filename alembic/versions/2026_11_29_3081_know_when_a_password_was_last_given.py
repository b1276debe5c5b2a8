"""Know when a session's password was last given: before exports it is asked for again."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "3081"
down_revision = "4011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user_session", sa.Column("confirmed_at", core.db.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("user_session", "confirmed_at")
