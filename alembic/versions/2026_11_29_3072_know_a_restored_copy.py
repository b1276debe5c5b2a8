"""Know a restored copy: since when, as of when, and who has said that all is settled."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "3072"
down_revision = "3032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restored_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("found_by", sa.String(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("as_of", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("seen_size", sa.Integer(), nullable=False),
        sa.Column("doubtful", sa.Integer(), nullable=False),
        sa.Column("ended_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.CheckConstraint("found_by IN ('restore', 'signer')", name=op.f("ck_restored_copy_found_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restored_copy")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("restored_copy")
