"""Hide what is proposed about a person from that person."""

import sqlalchemy as sa
from alembic import op

revision = "0901"
down_revision = "0900"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_hidden",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_hidden")),
    )
    op.add_column("countersign", sa.Column("about_id", sa.String(), nullable=True))
    op.add_column("exclusion", sa.Column("step_id", sa.String(), nullable=True))
    op.add_column("outbox_message", sa.Column("hidden_from", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox_message", "hidden_from")
    op.drop_column("exclusion", "step_id")
    op.drop_column("countersign", "about_id")
    op.drop_table("audit_hidden")
