"""Keep the roots of the log's subtrees, so that a proof reads a few rows and not the whole log."""

import sqlalchemy as sa
from alembic import op

revision = "3021"
down_revision = "4031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_subtree",
        sa.Column("middle", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("middle", name=op.f("pk_audit_subtree")),
    )


def downgrade() -> None:
    op.drop_table("audit_subtree")
