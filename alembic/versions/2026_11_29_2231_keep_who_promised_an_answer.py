"""Keep who promised an answer of a notice, and for when."""

import sqlalchemy as sa
from alembic import op

revision = "2231"
down_revision = "2221"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_promise",
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("notice_id", "number", name=op.f("pk_notice_promise")),
    )
    op.create_index("ix_notice_promise_user_id_incident_id", "notice_promise", ["user_id", "incident_id"])


def downgrade() -> None:
    op.drop_table("notice_promise")
