"""Keep checks of the log: who asked, how far it has read, what it found."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "3031"
down_revision = "3011"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")
MOMENT = core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "log_check",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("night", sa.String(), nullable=True),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("at_seq", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("first_bad", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("root", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_check")),
        sa.UniqueConstraint("night", name=op.f("uq_log_check_night")),
    )
    op.create_index("ix_log_check_open", "log_check", ["asked_at"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_table("log_check")
