"""Keep a draft of the causes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import core.db

revision = "0902"
down_revision = "0901"
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    op.execute("ALTER TABLE cause_catalogue RENAME COLUMN note TO note_sealed")
    op.create_table(
        "cause_draft",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("cards", Json, nullable=False),
        sa.Column("retired", Json, nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cause_draft")),
    )


def downgrade() -> None:
    op.drop_table("cause_draft")
    op.execute("ALTER TABLE cause_catalogue RENAME COLUMN note_sealed TO note")
