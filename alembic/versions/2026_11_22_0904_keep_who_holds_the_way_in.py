"""Keep who holds the way in to an authority, and when it was tried."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0904"
down_revision = "0903"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "authority_readiness",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("holds_sealed", sa.String(), nullable=False),
        sa.Column("tried_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("note_sealed", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_readiness")),
    )
    op.create_index("ix_authority_readiness_authority_recorded_at", "authority_readiness", ["authority", "recorded_at"])


def downgrade() -> None:
    op.drop_table("authority_readiness")
