"""Keep findings of the auditor, and what was said to them."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "3043"
down_revision = "3042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "finding",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("entry_seq", sa.Integer(), nullable=True),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("text_sealed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("reference", name=op.f("uq_finding_reference")),
    )
    op.create_index("ix_finding_written_at_id", "finding", ["written_at", "id"])
    op.create_index("ix_finding_owner_id_state", "finding", ["owner_id", "state"])
    op.create_index("ix_finding_case_id", "finding", ["case_id"])
    op.create_table(
        "finding_reply",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("text_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_finding_reply_finding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_reply")),
    )
    op.create_index("ix_finding_reply_finding_id_at", "finding_reply", ["finding_id", "at"])


def downgrade() -> None:
    op.drop_table("finding_reply")
    op.drop_table("finding")
